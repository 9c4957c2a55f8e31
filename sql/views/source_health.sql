create or replace view news.source_health as
select
    s.slug as source,
    o.enabled,
    f.feeds,
    f.failing_feeds,
    f.last_ok_at,
    coalesce(f.problem, case when f.gap_at > now() - interval '1 day' then 'entries of a feed were missed, then looked for in sitemaps' end) as problem,
    a.newest_at,
    coalesce(a.day, 0) as articles_24h,
    coalesce(a.week, 0) as articles_7d,
    coalesce(u.waiting, 0) as waiting,
    coalesce(u.quarantined, 0) as quarantined,
    case
        when not o.enabled then 'off'
        when f.last_polled_at is null then 'new'
        when f.failing_feeds = f.feeds then 'failing'
        when coalesce(a.week, 0) = 0 then 'silent'
        when f.failing_feeds > 0 or coalesce(u.quarantined, 0) > 0 then 'impaired'
        else 'ok'
    end as health,
    a.confidence_24h,
    f.gap_at
from news.source s
join ops.source o on o.source_id = s.id
left join lateral (
    select count(*) as feeds,
           count(*) filter (where failures > 0) as failing_feeds,
           max(gap_at) as gap_at,
           max(last_polled_at) as last_polled_at,
           max(last_ok_at) as last_ok_at,
           min(last_problem) as problem
    from ops.feed where source_id = s.id and enabled and origin <> 'catch_up'
) f on true
left join lateral (
    select max(first_seen_at) as newest_at,
           count(*) filter (where first_seen_at > now() - interval '1 day') as day,
           count(*) as week,
           avg(confidence) filter (where first_seen_at > now() - interval '1 day')::real as confidence_24h
    from news.article where source_id = s.id and merged_into is null and first_seen_at > now() - interval '7 days'
) a on true
left join lateral (
    select count(*) filter (where state in ('waiting', 'fetched')) as waiting,
           count(*) filter (where state = 'quarantined') as quarantined
    from ops.frontier where source_id = s.id and state in ('waiting', 'fetched', 'quarantined')
) u on true;
comment on view news.source_health is 'How each source does, and why.';
comment on column news.source_health.source is 'Slug of the source.';
comment on column news.source_health.enabled is 'Whether it is polled.';
comment on column news.source_health.feeds is 'Feeds, sitemaps and listing pages of it that are polled.';
comment on column news.source_health.failing_feeds is 'Of these, those whose last poll failed.';
comment on column news.source_health.last_ok_at is 'When one of them was last read.';
comment on column news.source_health.problem is 'What is wrong with one of them; null: nothing.';
comment on column news.source_health.newest_at is 'When its newest article was first seen; null: none in the last 7 days.';
comment on column news.source_health.articles_24h is 'Articles first seen in the last 24 hours.';
comment on column news.source_health.articles_7d is 'Articles first seen in the last 7 days.';
comment on column news.source_health.waiting is 'URLs that wait to be fetched or extracted.';
comment on column news.source_health.quarantined is 'URLs that failed for good; ops.quarantine says why.';
comment on column news.source_health.health is 'off (not enabled), new (not yet polled), failing (every feed does), silent (nothing in 7 days), impaired (a feed fails, or URLs are quarantined) or ok.';
comment on column news.source_health.confidence_24h is 'Mean of news.article.confidence over the last 24 hours; null: no article.';
comment on column news.source_health.gap_at is 'When entries of a feed were last missed; null: never.';
