"""The stages of the pipeline, each between the store and one kind of work."""
