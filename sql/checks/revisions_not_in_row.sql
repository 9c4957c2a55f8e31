-- An article in revision n has exactly the revisions 1 to n - 1 behind it.
select a.url, a.revision
from (select distinct article_id from ops.frontier where run_id = %(run_id)s and article_id is not null) f
join news.article a on a.id = f.article_id
where a.revision - 1 <> (select count(*) from news.revision r where r.article_id = a.id and r.revision < a.revision)
limit 5;
