-- Full-text search: articles for words, best first, with the passage that answers.
-- Words, "a phrase", or, -without; in every language that occurs; accents do not matter.
-- words=harbour: what to look for
-- days=30: how far back
-- source=: slug of a source; empty for all
-- language=: language, e.g. en; empty for all
-- limit=20: how many
select published_at, source, title, headline, round(rank::numeric, 3) as rank, url
from news.search(%(words)s, now() - make_interval(days => %(days)s::int), null,
                 nullif(%(source)s, ''), nullif(%(language)s, ''), %(limit)s::int);
