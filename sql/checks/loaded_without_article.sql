-- Loaded, unchanged and duplicate URLs have their article.
select url, state from ops.frontier
where run_id = %(run_id)s and state in ('loaded', 'unchanged', 'duplicate') and article_id is null
limit 5;
