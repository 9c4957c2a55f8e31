-- Discovery beyond feeds: sitemaps, listing pages, WebSub, backfills; the schedule of polls; fairness.

-- Feeds --------------------------------------------------------------------------------------

alter table ops.feed
    add column kind text not null default 'feed' check (kind in ('feed', 'sitemap', 'listing')),
    add column origin text not null default 'declared' check (origin in ('declared', 'index', 'catch_up')),
    add column parent_id integer references ops.feed on delete cascade,
    add column listed_modified timestamptz,
    add column since timestamptz,
    add column rhythm_s real,
    add column changed_at timestamptz,
    add column listed bytea,
    add column gaps integer not null default 0,
    add column gap_at timestamptz,
    add column hub text,
    add column topic text,
    add check ((origin = 'index') = (parent_id is not null));
create index feed_parent on ops.feed (parent_id) where parent_id is not null;
comment on table ops.feed is 'What is polled for a source: a feed, a sitemap or a listing page; and how its polling stands.';
comment on column ops.feed.kind is 'feed (RSS, Atom, JSON), sitemap (its index, news and text forms too) or listing (a page read by the source''s recipe).';
comment on column ops.feed.origin is 'declared; index: a sitemap that a sitemap index names; catch_up: a sitemap polled only after a gap.';
comment on column ops.feed.parent_id is 'The sitemap index that names it.';
comment on column ops.feed.listed_modified is 'lastmod in that index: the child is due when it changes.';
comment on column ops.feed.since is 'Of a sitemap after a gap: entries from then on are taken up; null: the usual days.';
comment on column ops.feed.rhythm_s is 'Mean time between its entries of the last week, seconds; null: not known.';
comment on column ops.feed.changed_at is 'Last poll whose body was new.';
comment on column ops.feed.listed is 'The entries of the last new body, 8 bytes of hash each: the next body must have one of them, or something was missed.';
comment on column ops.feed.gaps is 'How often two polls in a row had no entry in common: something was missed in between.';
comment on column ops.feed.gap_at is 'The last of these.';
comment on column ops.feed.hub is 'WebSub hub that the feed names.';
comment on column ops.feed.topic is 'The feed''s address as its hub knows it.';

alter table ops.source add column max_interval_s integer not null default 86400 check (max_interval_s >= 1);
alter table ops.source add column cookies boolean not null default false;
comment on column ops.source.max_interval_s is 'Longest time between two polls of a feed that answers, seconds.';
comment on column ops.source.cookies is 'Cookies are kept between the requests of one fetch task.';

-- Hosts and the fetch log -------------------------------------------------------------------------

alter table ops.host add column slowdown real not null default 1 check (slowdown >= 1);
comment on column ops.host.slowdown is 'Factor on the time between requests: doubled by a burst of 429 or 503, fading with good answers.';
comment on column ops.host.next_at is 'Earliest request that no task has reserved yet.';

alter table ops.fetch add column robots_hash bytea;
comment on column ops.fetch.robots_hash is 'First 16 bytes of SHA-256 of the robots.txt that was obeyed; null: there is none, or it was not asked.';

-- The frontier ------------------------------------------------------------------------------------

alter table ops.frontier
    add column priority smallint not null default 0,
    add column content text;
comment on column ops.frontier.priority is '0: fresh, by feeds and sitemaps; 1: backfill. Fetched in this order.';
comment on column ops.frontier.content is 'Full text by the feed, HTML, until an article is loaded: the body where the page gives none.';

-- A claim takes so many of each source in a bucket, newest first: it costs by the number of sources
-- with work, not by how much is stored or waiting.
drop index ops.frontier_due;
create index frontier_due on ops.frontier (bucket, source_id, priority, due_at desc) where due_at is not null;

create function ops.sources_with_work(shard integer, shards integer)
    returns table (bucket smallint, source_id integer)
    language sql stable rows 1000
begin atomic
    -- Steps over the index from one source of a bucket to the next.
    with recursive step as (
        select b.bucket::smallint as bucket,
               (select f.source_id from ops.frontier f where f.bucket = b.bucket and f.due_at is not null
                order by f.source_id limit 1) as source_id
        from generate_series(shard, 1023, shards) as b(bucket)
        union all
        select s.bucket,
               (select f.source_id from ops.frontier f
                where f.bucket = s.bucket and f.due_at is not null and f.source_id > s.source_id
                order by f.source_id limit 1)
        from step s where s.source_id is not null
    )
    select s.bucket, s.source_id from step s where s.source_id is not null;
end;
comment on function ops.sources_with_work(integer, integer) is 'The buckets of a shard and the sources in each that have URLs to fetch, now or later.';

-- WebSub ------------------------------------------------------------------------------------------

create table ops.websub (
    feed_id      integer primary key references ops.feed on delete cascade,
    hub          text not null,
    topic        text not null,
    token        text not null unique,
    secret       text not null,
    state        text not null check (state in ('pending', 'active', 'denied', 'failed')),
    requested_at timestamptz not null,
    next_at      timestamptz not null,
    failures     integer not null default 0,
    verified_at  timestamptz,
    expires_at   timestamptz,
    pushed_at    timestamptz,
    pushes       integer not null default 0,
    seen         integer not null default 0,
    problem      text
);
comment on table ops.websub is 'A subscription at a WebSub hub, for a feed that names one.';
comment on column ops.websub.feed_id is 'The feed.';
comment on column ops.websub.hub is 'The hub that was asked.';
comment on column ops.websub.topic is 'The feed as the hub knows it.';
comment on column ops.websub.token is 'The part of the callback''s address that nobody can guess.';
comment on column ops.websub.secret is 'Key of the signatures of what the hub sends.';
comment on column ops.websub.state is 'pending (asked, not yet verified), active, denied (by the hub) or failed (the hub does not answer).';
comment on column ops.websub.requested_at is 'When the hub was last asked.';
comment on column ops.websub.next_at is 'When it is asked again: a retry, or the renewal.';
comment on column ops.websub.failures is 'Requests since the hub last verified one.';
comment on column ops.websub.verified_at is 'When the hub last verified it.';
comment on column ops.websub.expires_at is 'When it ends unless it is renewed.';
comment on column ops.websub.pushed_at is 'When the hub last sent something whose signature was right.';
comment on column ops.websub.pushes is 'How often it did.';
comment on column ops.websub.seen is 'How many of these had come when a run last made the feed due.';
comment on column ops.websub.problem is 'What was last wrong; null: nothing.';

-- Backfills ---------------------------------------------------------------------------------------

create table ops.backfill (
    source_id  integer not null references news.source on delete cascade,
    url        text not null,
    since      timestamptz not null,
    until      timestamptz not null,
    state      text not null check (state in ('done', 'failed')),
    problem    text,
    listed     integer not null default 0,
    new        integer not null default 0,
    run_id     text not null,
    at         timestamptz not null default now(),
    primary key (source_id, url, since, until)
);
comment on table ops.backfill is 'A file that a backfill has read for a time span (sitemap, WARC, list of URLs): a repeated backfill goes on behind it.';
comment on column ops.backfill.source_id is 'The source it was read for.';
comment on column ops.backfill.url is 'Address of the sitemap, or name of the file.';
comment on column ops.backfill.since is 'Start of the span.';
comment on column ops.backfill.until is 'End of the span, not in it.';
comment on column ops.backfill.state is 'done, or failed (tried again by the next backfill of that span).';
comment on column ops.backfill.problem is 'Why it failed; null: it did not.';
comment on column ops.backfill.listed is 'URLs in it that fall into the span.';
comment on column ops.backfill.new is 'Of these, not known before.';
comment on column ops.backfill.run_id is 'The run that read it.';
comment on column ops.backfill.at is 'When.';
