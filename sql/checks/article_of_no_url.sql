-- Every article belongs to a URL of the frontier that became it.
select distinct a.url, a.id
from ops.frontier f join news.article a on a.id = f.article_id
where f.run_id = %(run_id)s
  and not exists (select from ops.frontier o where o.article_id = a.id and o.state <> 'duplicate')
limit 5;
