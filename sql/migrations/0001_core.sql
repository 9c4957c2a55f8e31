-- The main path: sources, the frontier of URLs, articles with their revisions, and the ledger.
--
-- Schema `news` is the public contract, schema `ops` the engine room. Times are timestamptz.

create schema news;
create schema ops;

comment on schema news is 'Dateline, the public contract: articles, their publishers, authors, tags and revisions. Changed only by additive migrations.';
comment on schema ops is 'Dateline, the engine room: feeds, hosts, the frontier of URLs, runs and the quarantine.';

-- Sources ------------------------------------------------------------------------------------

create table news.source (
    id         integer generated always as identity primary key,
    slug       text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name       text not null,
    home_url   text not null,
    country    text check (country ~ '^[A-Z]{2}$'),
    language   text,
    tags       text[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table news.source is 'A publisher.';
comment on column news.source.id is 'Surrogate key.';
comment on column news.source.slug is 'Natural key, as in dags/sources/*.toml.';
comment on column news.source.name is 'Name as the publisher writes it.';
comment on column news.source.home_url is 'Front page.';
comment on column news.source.country is 'ISO 3166-1 alpha-2.';
comment on column news.source.language is 'Main language, BCP 47.';
comment on column news.source.tags is 'Free labels given by whoever runs this database.';
comment on column news.source.created_at is 'When the source was first applied.';
comment on column news.source.updated_at is 'When its description last changed.';

create table ops.source (
    source_id     integer primary key references news.source on delete cascade,
    enabled       boolean not null,
    verified      boolean not null,
    timezone      text,
    interval_s    integer not null check (interval_s >= 1),
    delay_s       real not null check (delay_s >= 0),
    connections   smallint not null check (connections >= 1),
    allow_private boolean not null,
    headers       jsonb not null default '{}',
    recipe        text,
    declared_in   text
);
comment on table ops.source is 'How a source is polled and fetched; one row a news.source.';
comment on column ops.source.source_id is 'The source.';
comment on column ops.source.enabled is 'Polled and fetched. Set by the source file when the source is new, afterwards only by `dateline sources enable|disable`.';
comment on column ops.source.verified is 'A person has seen its feeds work.';
comment on column ops.source.timezone is 'IANA zone in which dates without a zone are read; null: UTC.';
comment on column ops.source.interval_s is 'Shortest time between two polls of a feed, seconds.';
comment on column ops.source.delay_s is 'Time between two requests to one host, seconds.';
comment on column ops.source.connections is 'Requests to one host at the same time.';
comment on column ops.source.allow_private is 'Loopback and private addresses may be fetched.';
comment on column ops.source.headers is 'Extra request headers.';
comment on column ops.source.recipe is 'Name of its recipe file.';
comment on column ops.source.declared_in is 'The file that declares it; null: added by hand.';

-- A registered domain belongs to one bucket, a shard is buckets modulo the number of shards: so all
-- requests to a domain come from one worker, whatever the number of shards of the day.
create function ops.bucket(domain text) returns smallint
    language sql immutable strict parallel safe
    return (abs(hashtext(domain)::bigint) % 1024)::smallint;
comment on function ops.bucket(text) is 'The bucket, 0 to 1023, of a registered domain.';

create table ops.feed (
    id             integer generated always as identity primary key,
    source_id      integer not null references news.source on delete cascade,
    url            text not null unique,
    host           text not null,
    domain         text not null,
    bucket         smallint not null generated always as (ops.bucket(domain)) stored,
    enabled        boolean not null default true,
    interval_s     integer,
    etag           text,
    last_modified  text,
    body_hash      bytea,
    title          text,
    next_poll_at   timestamptz not null default now(),
    last_polled_at timestamptz,
    last_ok_at     timestamptz,
    last_status    smallint,
    last_problem   text,
    last_entries   integer,
    failures       real not null default 0,
    lease_owner    text,
    lease_until    timestamptz,
    lease_pid      integer,
    lease_started  timestamptz,
    run_id         text
);
create index feed_due on ops.feed (next_poll_at) where enabled;
create index feed_source on ops.feed (source_id);
comment on table ops.feed is 'A feed of a source and how its polling stands.';
comment on column ops.feed.id is 'Surrogate key.';
comment on column ops.feed.source_id is 'The source it belongs to.';
comment on column ops.feed.url is 'Natural key: the address that is polled.';
comment on column ops.feed.host is 'host or host:port; the unit of politeness.';
comment on column ops.feed.domain is 'Registered domain; the unit of sharding.';
comment on column ops.feed.bucket is 'ops.bucket(domain).';
comment on column ops.feed.enabled is 'False when its source no longer names it.';
comment on column ops.feed.interval_s is 'Shortest time between two polls, seconds; null: the source''s.';
comment on column ops.feed.etag is 'ETag of the last good answer.';
comment on column ops.feed.last_modified is 'Last-Modified of the last good answer.';
comment on column ops.feed.body_hash is 'BLAKE2b-128 of the last good body: unchanged is noticed even where ETag lies.';
comment on column ops.feed.title is 'The feed''s own title.';
comment on column ops.feed.next_poll_at is 'When it is due.';
comment on column ops.feed.last_polled_at is 'Last poll, good or bad.';
comment on column ops.feed.last_ok_at is 'Last poll that gave a feed or "not modified".';
comment on column ops.feed.last_status is 'HTTP status of the last poll.';
comment on column ops.feed.last_problem is 'What was wrong with the last poll; null: nothing.';
comment on column ops.feed.last_entries is 'Entries in the last good body.';
comment on column ops.feed.failures is 'Failed polls in a row, the soft ones as fractions; back-off grows with it.';
comment on column ops.feed.lease_owner is 'The task that holds it, null: free.';
comment on column ops.feed.lease_until is 'When the lease ends by itself.';
comment on column ops.feed.lease_pid is 'Postgres backend of the holder: a lease ends with its connection.';
comment on column ops.feed.lease_started is 'When that backend started.';
comment on column ops.feed.run_id is 'Last run that polled it.';

create table ops.host (
    host              text primary key,
    robots            bytea,
    robots_status     smallint,
    robots_expires_at timestamptz,
    next_at           timestamptz,
    blocked_until     timestamptz,
    latency_s         real,
    updated_at        timestamptz not null default now()
);
comment on table ops.host is 'What is known of a host: its robots.txt and its pace.';
comment on column ops.host.host is 'host or host:port.';
comment on column ops.host.robots is 'robots.txt as fetched; null: none.';
comment on column ops.host.robots_status is 'HTTP status of robots.txt; null: never reached.';
comment on column ops.host.robots_expires_at is 'When robots.txt is fetched again.';
comment on column ops.host.next_at is 'Earliest next request.';
comment on column ops.host.blocked_until is 'The host asked to wait, or failed, until then.';
comment on column ops.host.latency_s is 'Smoothed response time, seconds.';
comment on column ops.host.updated_at is 'Last change of this row.';

-- Articles -----------------------------------------------------------------------------------

create table news.article (
    id                  bigint generated always as identity primary key,
    source_id           integer not null references news.source,
    url                 text not null,
    canonical_url       text not null,
    url_key             text not null unique,
    kind                text not null check (kind in ('article', 'live', 'video', 'gallery', 'other')),
    title               text not null,
    summary             text,
    body                text not null,
    language            text,
    section             text,
    published_at        timestamptz,
    published_precision text not null check (published_precision in ('instant', 'day', 'none')),
    published_from      text,
    modified_at         timestamptz,
    first_seen_at       timestamptz not null,
    last_seen_at        timestamptz not null,
    revised_at          timestamptz not null,
    gone_at             timestamptz,
    revision            integer not null default 1 check (revision >= 1),
    word_count          integer not null,
    image_url           text,
    is_paywalled        boolean,
    dateline_place      text,
    dateline_country    text check (dateline_country ~ '^[A-Z]{2}$'),
    agency              text,
    content_hash        bytea not null,
    extractor_version   text not null,
    archive_file        text not null,
    archive_offset      bigint not null,
    provenance          jsonb not null
);
create index article_source_published on news.article (source_id, published_at desc nulls last);
create index article_published on news.article (published_at desc nulls last);
create index article_first_seen on news.article (first_seen_at desc);
create index article_agency on news.article (agency, published_at desc) where agency is not null;
comment on table news.article is 'An article in its current revision.';
comment on column news.article.id is 'Surrogate key; it stays when the article is revised.';
comment on column news.article.source_id is 'The publisher whose feed listed it first.';
comment on column news.article.url is 'Where it was fetched, after redirects.';
comment on column news.article.canonical_url is 'The page''s own canonical address where it can be trusted, else url.';
comment on column news.article.url_key is 'Natural key, made from canonical_url: no scheme, www., fragment or tracking parameters.';
comment on column news.article.kind is 'article, live (blog), video, gallery or other.';
comment on column news.article.title is 'Headline.';
comment on column news.article.summary is 'Standfirst, as the publisher wrote it.';
comment on column news.article.body is 'Text, a blank line between paragraphs; a wire dateline stays as printed.';
comment on column news.article.language is 'BCP 47, declared and checked against the text.';
comment on column news.article.section is 'Section as published.';
comment on column news.article.published_at is 'Publication time; see published_precision.';
comment on column news.article.published_precision is 'instant; day (published_at is midnight of it); none (published_at is null).';
comment on column news.article.published_from is 'The signal published_at was read from.';
comment on column news.article.modified_at is 'Last change, as the publisher says.';
comment on column news.article.first_seen_at is 'When Dateline first fetched it.';
comment on column news.article.last_seen_at is 'When Dateline last saw it online.';
comment on column news.article.revised_at is 'When the current revision was first seen.';
comment on column news.article.gone_at is 'When it was found deleted; null: online.';
comment on column news.article.revision is 'Number of the current revision, from 1; earlier ones are in news.revision.';
comment on column news.article.word_count is 'Words in body (for Chinese, Japanese, Thai …: characters).';
comment on column news.article.image_url is 'Lead image.';
comment on column news.article.is_paywalled is 'As the publisher says; null: it does not say.';
comment on column news.article.dateline_place is 'Place in the dateline, as printed.';
comment on column news.article.dateline_country is 'ISO 3166-1 alpha-2 of that place, where it tells.';
comment on column news.article.agency is 'News agency by dateline or byline: AP, Reuters, AFP, dpa …';
comment on column news.article.content_hash is 'BLAKE2b-128 of title, summary and body without white space, quote and dash differences; a new hash makes a revision.';
comment on column news.article.extractor_version is 'Version of the extractor that read the page.';
comment on column news.article.archive_file is 'WARC file with the raw bytes of the current revision.';
comment on column news.article.archive_offset is 'Byte offset of the record in it.';
comment on column news.article.provenance is 'For each field the signal that its value came from.';

create table news.revision (
    article_id     bigint not null references news.article on delete cascade,
    revision       integer not null,
    title          text not null,
    summary        text,
    body           text not null,
    seen_at        timestamptz not null,
    replaced_at    timestamptz not null,
    changed        text[] not null,
    words_before   integer not null,
    words_after    integer not null,
    content_hash   bytea not null,
    archive_file   text not null,
    archive_offset bigint not null,
    primary key (article_id, revision)
);
create index revision_replaced on news.revision (replaced_at desc);
comment on table news.revision is 'An article as it stood before an edit; the current text is in news.article.';
comment on column news.revision.article_id is 'The article.';
comment on column news.revision.revision is 'Number of this revision, from 1.';
comment on column news.revision.title is 'Headline then.';
comment on column news.revision.summary is 'Standfirst then.';
comment on column news.revision.body is 'Text then.';
comment on column news.revision.seen_at is 'When this revision was first seen.';
comment on column news.revision.replaced_at is 'When its successor was first seen.';
comment on column news.revision.changed is 'Fields that the successor changed: title, summary, body.';
comment on column news.revision.words_before is 'Words in body then.';
comment on column news.revision.words_after is 'Words in the body of the successor.';
comment on column news.revision.content_hash is 'As news.article.content_hash.';
comment on column news.revision.archive_file is 'WARC file with the raw bytes of this revision.';
comment on column news.revision.archive_offset is 'Byte offset of the record in it.';

create table news.author (
    id       bigint generated always as identity primary key,
    name     text not null,
    name_key text not null unique
);
comment on table news.author is 'A person or desk that signs articles.';
comment on column news.author.id is 'Surrogate key.';
comment on column news.author.name is 'Name as first printed.';
comment on column news.author.name_key is 'Natural key: the name in lower case.';

create table news.article_author (
    article_id bigint not null references news.article on delete cascade,
    position   smallint not null,
    author_id  bigint not null references news.author,
    role       text,
    primary key (article_id, position)
);
create index article_author_author on news.article_author (author_id);
comment on table news.article_author is 'A position in a byline.';
comment on column news.article_author.article_id is 'The article.';
comment on column news.article_author.position is 'From 1, in the order of the byline.';
comment on column news.article_author.author_id is 'Who.';
comment on column news.article_author.role is 'Role, desk or agency, as printed.';

create table news.tag (
    id       bigint generated always as identity primary key,
    name     text not null,
    name_key text not null unique
);
comment on table news.tag is 'A keyword that publishers put on articles.';
comment on column news.tag.id is 'Surrogate key.';
comment on column news.tag.name is 'The keyword as first printed.';
comment on column news.tag.name_key is 'Natural key: the keyword in lower case.';

create table news.article_tag (
    article_id bigint not null references news.article on delete cascade,
    tag_id     bigint not null references news.tag,
    primary key (article_id, tag_id)
);
create index article_tag_tag on news.article_tag (tag_id);
comment on table news.article_tag is 'A keyword on an article.';
comment on column news.article_tag.article_id is 'The article.';
comment on column news.article_tag.tag_id is 'The keyword.';

-- The frontier: every URL that was ever discovered, with one state and a reason -----------------

create table ops.frontier (
    id               bigint generated always as identity primary key,
    source_id        integer not null references news.source on delete cascade,
    feed_id          integer references ops.feed on delete set null,
    url              text not null,
    url_key          text not null unique,
    host             text not null,
    domain           text not null,
    bucket           smallint not null generated always as (ops.bucket(domain)) stored,
    state            text not null check (state in ('waiting', 'fetched', 'loaded', 'unchanged', 'duplicate', 'skipped', 'gone', 'quarantined')),
    reason           text not null check (reason <> ''),
    due_at           timestamptz,
    discovered_at    timestamptz not null default now(),
    listed_at        timestamptz not null default now(),
    published_hint   timestamptz,
    hint             jsonb not null default '{}',
    fingerprint      bytea,
    attempts         smallint not null default 0,
    unchanged_streak smallint not null default 0,
    lease_owner      text,
    lease_until      timestamptz,
    lease_pid        integer,
    lease_started    timestamptz,
    etag             text,
    last_modified    text,
    body_hash        bytea,
    http_status      smallint,
    fetched_at       timestamptz,
    archive_file     text,
    archive_offset   bigint,
    article_id       bigint references news.article on delete set null,
    run_id           text not null,
    check ((state = 'waiting') <= (due_at is not null)),
    check ((state = 'fetched') <= (archive_file is not null and archive_offset is not null))
);
create index frontier_due on ops.frontier (due_at) where due_at is not null;
create index frontier_fetched on ops.frontier (archive_file) where state = 'fetched';
create index frontier_article on ops.frontier (article_id) where article_id is not null;
create index frontier_run on ops.frontier (run_id);
create index frontier_open on ops.frontier (source_id, state) where state in ('waiting', 'fetched', 'quarantined');
comment on table ops.frontier is 'One row a discovered URL: its one state, the reason, and when it is due again.';
comment on column ops.frontier.id is 'Surrogate key.';
comment on column ops.frontier.source_id is 'The source that listed it first.';
comment on column ops.frontier.feed_id is 'The feed that listed it first.';
comment on column ops.frontier.url is 'Canonicalised address that is fetched.';
comment on column ops.frontier.url_key is 'Natural key: url without scheme, www., fragment and tracking parameters.';
comment on column ops.frontier.host is 'host or host:port; the unit of politeness.';
comment on column ops.frontier.domain is 'Registered domain; the unit of sharding.';
comment on column ops.frontier.bucket is 'ops.bucket(domain).';
comment on column ops.frontier.state is 'waiting, fetched (archived, not yet loaded), loaded, unchanged, duplicate, skipped, gone or quarantined.';
comment on column ops.frontier.reason is 'Why it is in that state: a stable code, with detail after a colon.';
comment on column ops.frontier.due_at is 'When it is fetched next: a first time, a retry or a recheck; null: no more.';
comment on column ops.frontier.discovered_at is 'When a feed first listed it.';
comment on column ops.frontier.listed_at is 'When a feed last listed it.';
comment on column ops.frontier.published_hint is 'Publication time by the feed; newest are fetched first.';
comment on column ops.frontier.hint is 'What the feed said of it.';
comment on column ops.frontier.fingerprint is 'Of the feed entry: a change makes the URL due.';
comment on column ops.frontier.attempts is 'Failed fetches in a row.';
comment on column ops.frontier.unchanged_streak is 'Rechecks in a row that found nothing new; slows further ones.';
comment on column ops.frontier.lease_owner is 'The task that holds it, null: free.';
comment on column ops.frontier.lease_until is 'When the lease ends by itself.';
comment on column ops.frontier.lease_pid is 'Postgres backend of the holder: a lease ends with its connection.';
comment on column ops.frontier.lease_started is 'When that backend started.';
comment on column ops.frontier.etag is 'ETag of the last fetch.';
comment on column ops.frontier.last_modified is 'Last-Modified of the last fetch.';
comment on column ops.frontier.body_hash is 'BLAKE2b-128 of the last body.';
comment on column ops.frontier.http_status is 'Status of the last answer.';
comment on column ops.frontier.fetched_at is 'When the last good answer came.';
comment on column ops.frontier.archive_file is 'WARC file of the last archived answer.';
comment on column ops.frontier.archive_offset is 'Byte offset of its record.';
comment on column ops.frontier.article_id is 'The article it became or duplicates.';
comment on column ops.frontier.run_id is 'Last run that worked on it.';

create table ops.quarantine (
    id             bigint generated always as identity primary key,
    frontier_id    bigint not null unique references ops.frontier on delete cascade,
    stage          text not null check (stage in ('fetch', 'extract', 'load')),
    reason         text not null,
    detail         text,
    archive_file   text,
    archive_offset bigint,
    at             timestamptz not null default now()
);
comment on table ops.quarantine is 'A URL that failed for good, with the raw bytes if there are any.';
comment on column ops.quarantine.id is 'Surrogate key.';
comment on column ops.quarantine.frontier_id is 'The URL.';
comment on column ops.quarantine.stage is 'fetch, extract or load.';
comment on column ops.quarantine.reason is 'As ops.frontier.reason.';
comment on column ops.quarantine.detail is 'The error in full, where there is one.';
comment on column ops.quarantine.archive_file is 'WARC file with the raw bytes.';
comment on column ops.quarantine.archive_offset is 'Byte offset of the record.';
comment on column ops.quarantine.at is 'When.';

-- Unlogged: a crash of Postgres may empty it, the frontier still says `fetched` and the archive
-- still has the bytes, so the next run extracts them again.
create unlogged table ops.staging (
    id                  bigint generated always as identity primary key,
    archive_file        text not null,
    archive_offset      bigint not null,
    frontier_id         bigint not null,
    source_id           integer not null,
    fetched_at          timestamptz not null,
    url                 text not null,
    canonical_url       text not null,
    url_key             text not null,
    kind                text not null,
    title               text not null,
    summary             text,
    body                text not null,
    language            text,
    section             text,
    published_at        timestamptz,
    published_precision text not null,
    published_from      text,
    modified_at         timestamptz,
    word_count          integer not null,
    image_url           text,
    is_paywalled        boolean,
    dateline_place      text,
    dateline_country    text,
    agency              text,
    content_hash        bytea not null,
    extractor_version   text not null,
    provenance          jsonb not null,
    authors             text[] not null,
    roles               text[] not null,
    tags                text[] not null
);
create index staging_file on ops.staging (archive_file);
comment on table ops.staging is 'Extracted articles on their way into news.article; columns as there.';

create table ops.run (
    id          text primary key,
    kind        text not null,
    started_at  timestamptz not null default now(),
    ended_at    timestamptz,
    discovered  integer,
    loaded      integer,
    unchanged   integer,
    duplicate   integer,
    skipped     integer,
    gone        integer,
    quarantined integer,
    waiting     integer,
    new         integer,
    revised     integer,
    polled      integer,
    feeds_failed integer,
    requests    integer,
    bytes       bigint,
    balanced    boolean,
    check (balanced is not true or discovered = loaded + unchanged + duplicate + skipped + gone + quarantined + waiting)
);
create index run_started on ops.run (started_at desc);
comment on table ops.run is 'The ledger of a run: discovered = loaded + unchanged + duplicate + skipped + gone + quarantined + waiting.';
comment on column ops.run.id is 'The run, as Airflow or the command line names it.';
comment on column ops.run.kind is 'ingest, import, backfill …';
comment on column ops.run.started_at is 'Start.';
comment on column ops.run.ended_at is 'When it was accounted; null: it runs or died.';
comment on column ops.run.discovered is 'URLs that this run found or took up.';
comment on column ops.run.loaded is 'Of these, loaded: new or revised.';
comment on column ops.run.unchanged is 'Of these, rechecked and found unchanged.';
comment on column ops.run.duplicate is 'Of these, another URL of a loaded article.';
comment on column ops.run.skipped is 'Of these, left out on purpose.';
comment on column ops.run.gone is 'Of these, deleted.';
comment on column ops.run.quarantined is 'Of these, failed for good.';
comment on column ops.run.waiting is 'Of these, left for a later run.';
comment on column ops.run.new is 'Articles that are new.';
comment on column ops.run.revised is 'Articles that were revised.';
comment on column ops.run.polled is 'Feeds polled.';
comment on column ops.run.feeds_failed is 'Of these, failed.';
comment on column ops.run.requests is 'HTTP answers.';
comment on column ops.run.bytes is 'Bytes received, as on the wire.';
comment on column ops.run.balanced is 'The ledger and all checks agreed.';

create table ops.fetch (
    at             timestamptz not null default now(),
    run_id         text not null,
    feed_id        integer,
    frontier_id    bigint,
    url            text not null,
    host           text not null,
    status         smallint,
    outcome        text not null,
    bytes          integer not null,
    elapsed_ms     integer not null,
    robots_rule    text,
    archive_file   text,
    archive_offset bigint,
    check ((feed_id is null) <> (frontier_id is null))
) partition by range (at);
create index fetch_run on ops.fetch (run_id);
create index fetch_frontier on ops.fetch (frontier_id) where frontier_id is not null;
create table ops.fetch_default partition of ops.fetch default;
comment on table ops.fetch is 'The fetch log, partitioned by day (UTC): every request for a feed or page and how it ended.';
comment on column ops.fetch.at is 'When the answer was complete.';
comment on column ops.fetch.run_id is 'The run.';
comment on column ops.fetch.feed_id is 'The feed, for a poll.';
comment on column ops.fetch.frontier_id is 'The URL, for a page.';
comment on column ops.fetch.url is 'The address asked for.';
comment on column ops.fetch.host is 'host or host:port.';
comment on column ops.fetch.status is 'HTTP status; null: no answer.';
comment on column ops.fetch.outcome is 'State and reason it led to.';
comment on column ops.fetch.bytes is 'Body as on the wire, bytes.';
comment on column ops.fetch.elapsed_ms is 'From request to last byte, milliseconds.';
comment on column ops.fetch.robots_rule is 'The robots.txt rule that decided; null: none matched.';
comment on column ops.fetch.archive_file is 'WARC file of the answer.';
comment on column ops.fetch.archive_offset is 'Byte offset of its record.';

create function ops.ensure_fetch_partitions(day date) returns integer
    language plpgsql as $$
declare
    made integer := 0;
    d date;
    name text;
begin
    for d in select generate_series(day, day + 3, interval '1 day')::date loop
        name := 'fetch_' || to_char(d, 'YYYYMMDD');
        if to_regclass('ops.' || name) is null then
            begin
                execute format('create table ops.%I partition of ops.fetch for values from (%L) to (%L)',
                               name, d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC');
                made := made + 1;
            exception
                -- Rows of that day are in the default partition already, or another run was first.
                when check_violation or duplicate_table or unique_violation then null;
            end;
        end if;
    end loop;
    return made;
end $$;
comment on function ops.ensure_fetch_partitions(date) is 'Creates the partitions of ops.fetch for that day and the three that follow.';

-- Edits are likeliest early: 81 % of text edits come in the first 24 hours (GDELT's rechecks).
create function ops.next_recheck(first_seen timestamptz, at timestamptz) returns timestamptz
    language sql immutable parallel safe
    return (select min(first_seen + step) from unnest(array[interval '1 hour', '6 hours', '1 day', '7 days']) step
            where first_seen + step > at);
comment on function ops.next_recheck(timestamptz, timestamptz) is 'When an article first seen then is fetched again: after 1 h, 6 h, 1 day and 7 days; null: no more.';

-- lz4 compresses bodies as well as pglz at a third of the time; servers built without it keep pglz.
do $$
begin
    execute 'alter table news.article alter column body set compression lz4';
    execute 'alter table news.revision alter column body set compression lz4';
    execute 'alter table ops.staging alter column body set compression lz4';
    execute 'alter table news.article alter column provenance set compression lz4';
exception when feature_not_supported or invalid_parameter_value then
    raise notice 'this Postgres has no lz4: bodies stay compressed by pglz';
end $$;
