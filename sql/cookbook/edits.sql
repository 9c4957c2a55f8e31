-- Edits: articles whose text changed after publication, with the headline before and now.
-- days=7: how far back
select r.replaced_at as edited_at, s.slug as source, r.revision, array_to_string(r.changed, ', ') as changed,
       r.words_after - r.words_before as words, r.title as headline_before, a.title as headline_now, a.canonical_url as url
from news.revision r
join news.article a on a.id = r.article_id
join news.source s on s.id = a.source_id
where r.replaced_at > now() - make_interval(days => %(days)s::int)
order by r.replaced_at desc;
