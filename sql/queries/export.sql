-- name: begin
set transaction read only;
set local timezone = 'UTC';
select set_config('dateline.export', %(text)s, true);

-- name: open
-- plpgsql opens exactly one statement, and only one that gives rows.
do $$
declare
    rows refcursor := 'dateline_export';
begin
    open rows no scroll for execute current_setting('dateline.export');
end $$;

-- name: fetch
fetch 1000 from dateline_export;

-- name: articles
select * from news.article_flat
where coalesce(published_at, first_seen_at) >= coalesce(%(since)s, '-infinity'::timestamptz)
  and coalesce(published_at, first_seen_at) < coalesce(%(until)s, 'infinity'::timestamptz)
  and (%(source)s::text is null or source = %(source)s)
order by id
