-- An article by its headline, remembered somehow: misspelt, without accents, in part.
-- words=harbor pilots: what is remembered
-- limit=10: how many
select published_at, source, title, round(similarity::numeric, 2) as similarity, url
from news.find_title(%(words)s, %(limit)s::int);
