"""What is learnt from loaded articles. Pure: texts in, values out."""
