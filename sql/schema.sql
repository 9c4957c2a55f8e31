-- The whole schema, for reading. Made by `make schema` from migrations/ and views/; a test compares them.
CREATE SCHEMA news;

COMMENT ON SCHEMA news IS 'Dateline, the public contract: articles, their publishers, authors, tags and revisions. Changed only by additive migrations.';

CREATE SCHEMA ops;

COMMENT ON SCHEMA ops IS 'Dateline, the engine room: feeds, hosts, the frontier of URLs, runs and the quarantine.';

CREATE FUNCTION ops.bucket(domain text) RETURNS smallint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((abs((hashtext(domain))::bigint) % (1024)::bigint))::smallint;

COMMENT ON FUNCTION ops.bucket(domain text) IS 'The bucket, 0 to 1023, of a registered domain.';

CREATE FUNCTION ops.ensure_fetch_partitions(day date) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

COMMENT ON FUNCTION ops.ensure_fetch_partitions(day date) IS 'Creates the partitions of ops.fetch for that day and the three that follow.';

CREATE FUNCTION ops.next_recheck(first_seen timestamp with time zone, at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT min((next_recheck.first_seen + step.step)) AS min FROM unnest(ARRAY['01:00:00'::interval, '06:00:00'::interval, '1 day'::interval, '7 days'::interval]) step(step) WHERE ((next_recheck.first_seen + step.step) > next_recheck.at));

COMMENT ON FUNCTION ops.next_recheck(first_seen timestamp with time zone, at timestamp with time zone) IS 'When an article first seen then is fetched again: after 1 h, 6 h, 1 day and 7 days; null: no more.';

CREATE TABLE news.article (
    id bigint NOT NULL,
    source_id integer NOT NULL,
    url text NOT NULL,
    canonical_url text NOT NULL,
    url_key text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    summary text,
    body text NOT NULL,
    language text,
    section text,
    published_at timestamp with time zone,
    published_precision text NOT NULL,
    published_from text,
    modified_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    revised_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone,
    revision integer DEFAULT 1 NOT NULL,
    word_count integer NOT NULL,
    image_url text,
    is_paywalled boolean,
    dateline_place text,
    dateline_country text,
    agency text,
    content_hash bytea NOT NULL,
    extractor_version text NOT NULL,
    archive_file text NOT NULL,
    archive_offset bigint NOT NULL,
    provenance jsonb NOT NULL,
    body_html text,
    confidence real,
    CONSTRAINT article_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT article_dateline_country_check CHECK ((dateline_country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT article_kind_check CHECK ((kind = ANY (ARRAY['article'::text, 'live'::text, 'video'::text, 'gallery'::text, 'other'::text]))),
    CONSTRAINT article_published_precision_check CHECK ((published_precision = ANY (ARRAY['instant'::text, 'day'::text, 'none'::text]))),
    CONSTRAINT article_revision_check CHECK ((revision >= 1))
);
ALTER TABLE ONLY news.article ALTER COLUMN body SET COMPRESSION lz4;
ALTER TABLE ONLY news.article ALTER COLUMN provenance SET COMPRESSION lz4;

COMMENT ON TABLE news.article IS 'An article in its current revision.';

COMMENT ON COLUMN news.article.id IS 'Surrogate key; it stays when the article is revised.';

COMMENT ON COLUMN news.article.source_id IS 'The publisher whose feed listed it first.';

COMMENT ON COLUMN news.article.url IS 'Where it was fetched, after redirects.';

COMMENT ON COLUMN news.article.canonical_url IS 'The page''s own canonical address where it can be trusted, else url.';

COMMENT ON COLUMN news.article.url_key IS 'Natural key, made from canonical_url: no scheme, www., fragment or tracking parameters.';

COMMENT ON COLUMN news.article.kind IS 'article, live (blog), video, gallery or other.';

COMMENT ON COLUMN news.article.title IS 'Headline.';

COMMENT ON COLUMN news.article.summary IS 'Standfirst, as the publisher wrote it.';

COMMENT ON COLUMN news.article.body IS 'Text, a blank line between paragraphs; a wire dateline stays as printed.';

COMMENT ON COLUMN news.article.language IS 'BCP 47, declared and checked against the text.';

COMMENT ON COLUMN news.article.section IS 'Section as published.';

COMMENT ON COLUMN news.article.published_at IS 'Publication time; see published_precision.';

COMMENT ON COLUMN news.article.published_precision IS 'instant; day (published_at is midnight of it); none (published_at is null).';

COMMENT ON COLUMN news.article.published_from IS 'The signal published_at was read from.';

COMMENT ON COLUMN news.article.modified_at IS 'Last change, as the publisher says.';

COMMENT ON COLUMN news.article.first_seen_at IS 'When Dateline first fetched it.';

COMMENT ON COLUMN news.article.last_seen_at IS 'When Dateline last saw it online.';

COMMENT ON COLUMN news.article.revised_at IS 'When the current revision was first seen.';

COMMENT ON COLUMN news.article.gone_at IS 'When it was found deleted; null: online.';

COMMENT ON COLUMN news.article.revision IS 'Number of the current revision, from 1; earlier ones are in news.revision.';

COMMENT ON COLUMN news.article.word_count IS 'Words in body (for Chinese, Japanese, Thai …: characters).';

COMMENT ON COLUMN news.article.image_url IS 'Lead image.';

COMMENT ON COLUMN news.article.is_paywalled IS 'As the publisher says; null: it does not say.';

COMMENT ON COLUMN news.article.dateline_place IS 'Place in the dateline, as printed.';

COMMENT ON COLUMN news.article.dateline_country IS 'ISO 3166-1 alpha-2 of that place, where it tells.';

COMMENT ON COLUMN news.article.agency IS 'News agency by dateline or byline: AP, Reuters, AFP, dpa …';

COMMENT ON COLUMN news.article.content_hash IS 'BLAKE2b-128 of title, summary and body without white space, quote and dash differences; a new hash makes a revision.';

COMMENT ON COLUMN news.article.extractor_version IS 'Version of the extractor that read the page.';

COMMENT ON COLUMN news.article.archive_file IS 'WARC file with the raw bytes of the current revision.';

COMMENT ON COLUMN news.article.archive_offset IS 'Byte offset of the record in it.';

COMMENT ON COLUMN news.article.provenance IS 'For each field the signal that its value came from.';

COMMENT ON COLUMN news.article.body_html IS 'The same text as body, as HTML in a small clean set of tags without scripts or styles; null: loaded before it was kept.';

COMMENT ON COLUMN news.article.confidence IS '0 to 1: how sure the extractor is that body is the body and all of it.';

CREATE TABLE news.article_author (
    article_id bigint NOT NULL,
    "position" smallint NOT NULL,
    author_id bigint NOT NULL,
    role text
);

COMMENT ON TABLE news.article_author IS 'A position in a byline.';

COMMENT ON COLUMN news.article_author.article_id IS 'The article.';

COMMENT ON COLUMN news.article_author."position" IS 'From 1, in the order of the byline.';

COMMENT ON COLUMN news.article_author.author_id IS 'Who.';

COMMENT ON COLUMN news.article_author.role IS 'Role, desk or agency, as printed.';

CREATE TABLE news.article_tag (
    article_id bigint NOT NULL,
    tag_id bigint NOT NULL
);

COMMENT ON TABLE news.article_tag IS 'A keyword on an article.';

COMMENT ON COLUMN news.article_tag.article_id IS 'The article.';

COMMENT ON COLUMN news.article_tag.tag_id IS 'The keyword.';

CREATE TABLE news.author (
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL
);

COMMENT ON TABLE news.author IS 'A person or desk that signs articles.';

COMMENT ON COLUMN news.author.id IS 'Surrogate key.';

COMMENT ON COLUMN news.author.name IS 'Name as first printed.';

COMMENT ON COLUMN news.author.name_key IS 'Natural key: the name in lower case.';

CREATE TABLE news.source (
    id integer NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    home_url text NOT NULL,
    country text,
    language text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT source_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT source_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);

COMMENT ON TABLE news.source IS 'A publisher.';

COMMENT ON COLUMN news.source.id IS 'Surrogate key.';

COMMENT ON COLUMN news.source.slug IS 'Natural key, as in dags/sources/*.toml.';

COMMENT ON COLUMN news.source.name IS 'Name as the publisher writes it.';

COMMENT ON COLUMN news.source.home_url IS 'Front page.';

COMMENT ON COLUMN news.source.country IS 'ISO 3166-1 alpha-2.';

COMMENT ON COLUMN news.source.language IS 'Main language, BCP 47.';

COMMENT ON COLUMN news.source.tags IS 'Free labels given by whoever runs this database.';

COMMENT ON COLUMN news.source.created_at IS 'When the source was first applied.';

COMMENT ON COLUMN news.source.updated_at IS 'When its description last changed.';

CREATE TABLE news.tag (
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL
);

COMMENT ON TABLE news.tag IS 'A keyword that publishers put on articles.';

COMMENT ON COLUMN news.tag.id IS 'Surrogate key.';

COMMENT ON COLUMN news.tag.name IS 'The keyword as first printed.';

COMMENT ON COLUMN news.tag.name_key IS 'Natural key: the keyword in lower case.';

CREATE VIEW news.article_flat AS
 SELECT a.id,
    s.slug AS source,
    s.name AS source_name,
    s.country AS source_country,
    a.canonical_url AS url,
    a.kind,
    a.title,
    a.summary,
    a.body,
    a.language,
    a.section,
    ARRAY( SELECT w.name
           FROM (news.article_author p
             JOIN news.author w ON ((w.id = p.author_id)))
          WHERE (p.article_id = a.id)
          ORDER BY p."position") AS authors,
    ARRAY( SELECT t.name
           FROM (news.article_tag p
             JOIN news.tag t ON ((t.id = p.tag_id)))
          WHERE (p.article_id = a.id)
          ORDER BY t.name) AS tags,
    a.published_at,
    a.published_precision,
    a.modified_at,
    a.first_seen_at,
    a.last_seen_at,
    a.gone_at,
    a.revision,
    a.word_count,
    a.image_url,
    a.is_paywalled,
    a.dateline_place,
    a.dateline_country,
    a.agency,
    a.confidence
   FROM (news.article a
     JOIN news.source s ON ((s.id = a.source_id)));

COMMENT ON VIEW news.article_flat IS 'An article a row with its publisher, authors and tags: the place to start.';

ALTER TABLE news.article ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.article_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE news.author ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.author_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW news.daily_volume AS
 SELECT ((a.first_seen_at AT TIME ZONE 'UTC'::text))::date AS day,
    s.slug AS source,
    count(*) AS articles,
    count(*) FILTER (WHERE (a.revision > 1)) AS revised,
    count(*) FILTER (WHERE (a.agency IS NOT NULL)) AS wire,
    sum(a.word_count) AS words
   FROM (news.article a
     JOIN news.source s ON ((s.id = a.source_id)))
  GROUP BY (((a.first_seen_at AT TIME ZONE 'UTC'::text))::date), s.slug;

COMMENT ON VIEW news.daily_volume IS 'Articles first seen on each day (UTC) by source.';

CREATE TABLE news.revision (
    article_id bigint NOT NULL,
    revision integer NOT NULL,
    title text NOT NULL,
    summary text,
    body text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    changed text[] NOT NULL,
    words_before integer NOT NULL,
    words_after integer NOT NULL,
    content_hash bytea NOT NULL,
    archive_file text NOT NULL,
    archive_offset bigint NOT NULL
);
ALTER TABLE ONLY news.revision ALTER COLUMN body SET COMPRESSION lz4;

COMMENT ON TABLE news.revision IS 'An article as it stood before an edit; the current text is in news.article.';

COMMENT ON COLUMN news.revision.article_id IS 'The article.';

COMMENT ON COLUMN news.revision.revision IS 'Number of this revision, from 1.';

COMMENT ON COLUMN news.revision.title IS 'Headline then.';

COMMENT ON COLUMN news.revision.summary IS 'Standfirst then.';

COMMENT ON COLUMN news.revision.body IS 'Text then.';

COMMENT ON COLUMN news.revision.seen_at IS 'When this revision was first seen.';

COMMENT ON COLUMN news.revision.replaced_at IS 'When its successor was first seen.';

COMMENT ON COLUMN news.revision.changed IS 'Fields that the successor changed: title, summary, body.';

COMMENT ON COLUMN news.revision.words_before IS 'Words in body then.';

COMMENT ON COLUMN news.revision.words_after IS 'Words in the body of the successor.';

COMMENT ON COLUMN news.revision.content_hash IS 'As news.article.content_hash.';

COMMENT ON COLUMN news.revision.archive_file IS 'WARC file with the raw bytes of this revision.';

COMMENT ON COLUMN news.revision.archive_offset IS 'Byte offset of the record in it.';

CREATE TABLE ops.feed (
    id integer NOT NULL,
    source_id integer NOT NULL,
    url text NOT NULL,
    host text NOT NULL,
    domain text NOT NULL,
    bucket smallint GENERATED ALWAYS AS (ops.bucket(domain)) STORED NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    interval_s integer,
    etag text,
    last_modified text,
    body_hash bytea,
    title text,
    next_poll_at timestamp with time zone DEFAULT now() NOT NULL,
    last_polled_at timestamp with time zone,
    last_ok_at timestamp with time zone,
    last_status smallint,
    last_problem text,
    last_entries integer,
    failures real DEFAULT 0 NOT NULL,
    lease_owner text,
    lease_until timestamp with time zone,
    lease_pid integer,
    lease_started timestamp with time zone,
    run_id text
);

COMMENT ON TABLE ops.feed IS 'A feed of a source and how its polling stands.';

COMMENT ON COLUMN ops.feed.id IS 'Surrogate key.';

COMMENT ON COLUMN ops.feed.source_id IS 'The source it belongs to.';

COMMENT ON COLUMN ops.feed.url IS 'Natural key: the address that is polled.';

COMMENT ON COLUMN ops.feed.host IS 'host or host:port; the unit of politeness.';

COMMENT ON COLUMN ops.feed.domain IS 'Registered domain; the unit of sharding.';

COMMENT ON COLUMN ops.feed.bucket IS 'ops.bucket(domain).';

COMMENT ON COLUMN ops.feed.enabled IS 'False when its source no longer names it.';

COMMENT ON COLUMN ops.feed.interval_s IS 'Shortest time between two polls, seconds; null: the source''s.';

COMMENT ON COLUMN ops.feed.etag IS 'ETag of the last good answer.';

COMMENT ON COLUMN ops.feed.last_modified IS 'Last-Modified of the last good answer.';

COMMENT ON COLUMN ops.feed.body_hash IS 'BLAKE2b-128 of the last good body: unchanged is noticed even where ETag lies.';

COMMENT ON COLUMN ops.feed.title IS 'The feed''s own title.';

COMMENT ON COLUMN ops.feed.next_poll_at IS 'When it is due.';

COMMENT ON COLUMN ops.feed.last_polled_at IS 'Last poll, good or bad.';

COMMENT ON COLUMN ops.feed.last_ok_at IS 'Last poll that gave a feed or "not modified".';

COMMENT ON COLUMN ops.feed.last_status IS 'HTTP status of the last poll.';

COMMENT ON COLUMN ops.feed.last_problem IS 'What was wrong with the last poll; null: nothing.';

COMMENT ON COLUMN ops.feed.last_entries IS 'Entries in the last good body.';

COMMENT ON COLUMN ops.feed.failures IS 'Failed polls in a row, the soft ones as fractions; back-off grows with it.';

COMMENT ON COLUMN ops.feed.lease_owner IS 'The task that holds it, null: free.';

COMMENT ON COLUMN ops.feed.lease_until IS 'When the lease ends by itself.';

COMMENT ON COLUMN ops.feed.lease_pid IS 'Postgres backend of the holder: a lease ends with its connection.';

COMMENT ON COLUMN ops.feed.lease_started IS 'When that backend started.';

COMMENT ON COLUMN ops.feed.run_id IS 'Last run that polled it.';

CREATE TABLE ops.frontier (
    id bigint NOT NULL,
    source_id integer NOT NULL,
    feed_id integer,
    url text NOT NULL,
    url_key text NOT NULL,
    host text NOT NULL,
    domain text NOT NULL,
    bucket smallint GENERATED ALWAYS AS (ops.bucket(domain)) STORED NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    due_at timestamp with time zone,
    discovered_at timestamp with time zone DEFAULT now() NOT NULL,
    listed_at timestamp with time zone DEFAULT now() NOT NULL,
    published_hint timestamp with time zone,
    hint jsonb DEFAULT '{}'::jsonb NOT NULL,
    fingerprint bytea,
    attempts smallint DEFAULT 0 NOT NULL,
    unchanged_streak smallint DEFAULT 0 NOT NULL,
    lease_owner text,
    lease_until timestamp with time zone,
    lease_pid integer,
    lease_started timestamp with time zone,
    etag text,
    last_modified text,
    body_hash bytea,
    http_status smallint,
    fetched_at timestamp with time zone,
    archive_file text,
    archive_offset bigint,
    article_id bigint,
    run_id text NOT NULL,
    CONSTRAINT frontier_check CHECK (((state = 'waiting'::text) <= (due_at IS NOT NULL))),
    CONSTRAINT frontier_check1 CHECK (((state = 'fetched'::text) <= ((archive_file IS NOT NULL) AND (archive_offset IS NOT NULL)))),
    CONSTRAINT frontier_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT frontier_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'fetched'::text, 'loaded'::text, 'unchanged'::text, 'duplicate'::text, 'skipped'::text, 'gone'::text, 'quarantined'::text])))
);

COMMENT ON TABLE ops.frontier IS 'One row a discovered URL: its one state, the reason, and when it is due again.';

COMMENT ON COLUMN ops.frontier.id IS 'Surrogate key.';

COMMENT ON COLUMN ops.frontier.source_id IS 'The source that listed it first.';

COMMENT ON COLUMN ops.frontier.feed_id IS 'The feed that listed it first.';

COMMENT ON COLUMN ops.frontier.url IS 'Canonicalised address that is fetched.';

COMMENT ON COLUMN ops.frontier.url_key IS 'Natural key: url without scheme, www., fragment and tracking parameters.';

COMMENT ON COLUMN ops.frontier.host IS 'host or host:port; the unit of politeness.';

COMMENT ON COLUMN ops.frontier.domain IS 'Registered domain; the unit of sharding.';

COMMENT ON COLUMN ops.frontier.bucket IS 'ops.bucket(domain).';

COMMENT ON COLUMN ops.frontier.state IS 'waiting, fetched (archived, not yet loaded), loaded, unchanged, duplicate, skipped, gone or quarantined.';

COMMENT ON COLUMN ops.frontier.reason IS 'Why it is in that state: a stable code, with detail after a colon.';

COMMENT ON COLUMN ops.frontier.due_at IS 'When it is fetched next: a first time, a retry or a recheck; null: no more.';

COMMENT ON COLUMN ops.frontier.discovered_at IS 'When a feed first listed it.';

COMMENT ON COLUMN ops.frontier.listed_at IS 'When a feed last listed it.';

COMMENT ON COLUMN ops.frontier.published_hint IS 'Publication time by the feed; newest are fetched first.';

COMMENT ON COLUMN ops.frontier.hint IS 'What the feed said of it.';

COMMENT ON COLUMN ops.frontier.fingerprint IS 'Of the feed entry: a change makes the URL due.';

COMMENT ON COLUMN ops.frontier.attempts IS 'Failed fetches in a row.';

COMMENT ON COLUMN ops.frontier.unchanged_streak IS 'Rechecks in a row that found nothing new; slows further ones.';

COMMENT ON COLUMN ops.frontier.lease_owner IS 'The task that holds it, null: free.';

COMMENT ON COLUMN ops.frontier.lease_until IS 'When the lease ends by itself.';

COMMENT ON COLUMN ops.frontier.lease_pid IS 'Postgres backend of the holder: a lease ends with its connection.';

COMMENT ON COLUMN ops.frontier.lease_started IS 'When that backend started.';

COMMENT ON COLUMN ops.frontier.etag IS 'ETag of the last fetch.';

COMMENT ON COLUMN ops.frontier.last_modified IS 'Last-Modified of the last fetch.';

COMMENT ON COLUMN ops.frontier.body_hash IS 'BLAKE2b-128 of the last body.';

COMMENT ON COLUMN ops.frontier.http_status IS 'Status of the last answer.';

COMMENT ON COLUMN ops.frontier.fetched_at IS 'When the last good answer came.';

COMMENT ON COLUMN ops.frontier.archive_file IS 'WARC file of the last archived answer.';

COMMENT ON COLUMN ops.frontier.archive_offset IS 'Byte offset of its record.';

COMMENT ON COLUMN ops.frontier.article_id IS 'The article it became or duplicates.';

COMMENT ON COLUMN ops.frontier.run_id IS 'Last run that worked on it.';

CREATE TABLE ops.source (
    source_id integer NOT NULL,
    enabled boolean NOT NULL,
    verified boolean NOT NULL,
    timezone text,
    interval_s integer NOT NULL,
    delay_s real NOT NULL,
    connections smallint NOT NULL,
    allow_private boolean NOT NULL,
    headers jsonb DEFAULT '{}'::jsonb NOT NULL,
    recipe text,
    declared_in text,
    CONSTRAINT source_connections_check CHECK ((connections >= 1)),
    CONSTRAINT source_delay_s_check CHECK ((delay_s >= (0)::double precision)),
    CONSTRAINT source_interval_s_check CHECK ((interval_s >= 1))
);

COMMENT ON TABLE ops.source IS 'How a source is polled and fetched; one row a news.source.';

COMMENT ON COLUMN ops.source.source_id IS 'The source.';

COMMENT ON COLUMN ops.source.enabled IS 'Polled and fetched. Set by the source file when the source is new, afterwards only by `dateline sources enable|disable`.';

COMMENT ON COLUMN ops.source.verified IS 'A person has seen its feeds work.';

COMMENT ON COLUMN ops.source.timezone IS 'IANA zone in which dates without a zone are read; null: UTC.';

COMMENT ON COLUMN ops.source.interval_s IS 'Shortest time between two polls of a feed, seconds.';

COMMENT ON COLUMN ops.source.delay_s IS 'Time between two requests to one host, seconds.';

COMMENT ON COLUMN ops.source.connections IS 'Requests to one host at the same time.';

COMMENT ON COLUMN ops.source.allow_private IS 'Loopback and private addresses may be fetched.';

COMMENT ON COLUMN ops.source.headers IS 'Extra request headers.';

COMMENT ON COLUMN ops.source.recipe IS 'Name of its recipe file.';

COMMENT ON COLUMN ops.source.declared_in IS 'The file that declares it; null: added by hand.';

CREATE VIEW news.source_health AS
 SELECT s.slug AS source,
    o.enabled,
    f.feeds,
    f.failing_feeds,
    f.last_ok_at,
    f.problem,
    a.newest_at,
    COALESCE(a.day, (0)::bigint) AS articles_24h,
    COALESCE(a.week, (0)::bigint) AS articles_7d,
    COALESCE(u.waiting, (0)::bigint) AS waiting,
    COALESCE(u.quarantined, (0)::bigint) AS quarantined,
        CASE
            WHEN (NOT o.enabled) THEN 'off'::text
            WHEN (f.last_polled_at IS NULL) THEN 'new'::text
            WHEN (f.failing_feeds = f.feeds) THEN 'failing'::text
            WHEN (COALESCE(a.week, (0)::bigint) = 0) THEN 'silent'::text
            WHEN ((f.failing_feeds > 0) OR (COALESCE(u.quarantined, (0)::bigint) > 0)) THEN 'impaired'::text
            ELSE 'ok'::text
        END AS health,
    a.confidence_24h
   FROM ((((news.source s
     JOIN ops.source o ON ((o.source_id = s.id)))
     LEFT JOIN LATERAL ( SELECT count(*) AS feeds,
            count(*) FILTER (WHERE (feed.failures > (0)::double precision)) AS failing_feeds,
            max(feed.last_polled_at) AS last_polled_at,
            max(feed.last_ok_at) AS last_ok_at,
            min(feed.last_problem) AS problem
           FROM ops.feed
          WHERE ((feed.source_id = s.id) AND feed.enabled)) f ON (true))
     LEFT JOIN LATERAL ( SELECT max(article.first_seen_at) AS newest_at,
            count(*) FILTER (WHERE (article.first_seen_at > (now() - '1 day'::interval))) AS day,
            count(*) AS week,
            (avg(article.confidence) FILTER (WHERE (article.first_seen_at > (now() - '1 day'::interval))))::real AS confidence_24h
           FROM news.article
          WHERE ((article.source_id = s.id) AND (article.first_seen_at > (now() - '7 days'::interval)))) a ON (true))
     LEFT JOIN LATERAL ( SELECT count(*) FILTER (WHERE (frontier.state = ANY (ARRAY['waiting'::text, 'fetched'::text]))) AS waiting,
            count(*) FILTER (WHERE (frontier.state = 'quarantined'::text)) AS quarantined
           FROM ops.frontier
          WHERE ((frontier.source_id = s.id) AND (frontier.state = ANY (ARRAY['waiting'::text, 'fetched'::text, 'quarantined'::text])))) u ON (true));

COMMENT ON VIEW news.source_health IS 'How each source does: off, new, failing, silent (nothing in 7 days), impaired or ok, and why.';

ALTER TABLE news.source ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE news.tag ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ops.feed ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.feed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops."fetch" (
    at timestamp with time zone DEFAULT now() NOT NULL,
    run_id text NOT NULL,
    feed_id integer,
    frontier_id bigint,
    url text NOT NULL,
    host text NOT NULL,
    status smallint,
    outcome text NOT NULL,
    bytes integer NOT NULL,
    elapsed_ms integer NOT NULL,
    robots_rule text,
    archive_file text,
    archive_offset bigint,
    CONSTRAINT fetch_check CHECK (((feed_id IS NULL) <> (frontier_id IS NULL)))
)
PARTITION BY RANGE (at);

COMMENT ON TABLE ops."fetch" IS 'The fetch log, partitioned by day (UTC): every request for a feed or page and how it ended.';

COMMENT ON COLUMN ops."fetch".at IS 'When the answer was complete.';

COMMENT ON COLUMN ops."fetch".run_id IS 'The run.';

COMMENT ON COLUMN ops."fetch".feed_id IS 'The feed, for a poll.';

COMMENT ON COLUMN ops."fetch".frontier_id IS 'The URL, for a page.';

COMMENT ON COLUMN ops."fetch".url IS 'The address asked for.';

COMMENT ON COLUMN ops."fetch".host IS 'host or host:port.';

COMMENT ON COLUMN ops."fetch".status IS 'HTTP status; null: no answer.';

COMMENT ON COLUMN ops."fetch".outcome IS 'State and reason it led to.';

COMMENT ON COLUMN ops."fetch".bytes IS 'Body as on the wire, bytes.';

COMMENT ON COLUMN ops."fetch".elapsed_ms IS 'From request to last byte, milliseconds.';

COMMENT ON COLUMN ops."fetch".robots_rule IS 'The robots.txt rule that decided; null: none matched.';

COMMENT ON COLUMN ops."fetch".archive_file IS 'WARC file of the answer.';

COMMENT ON COLUMN ops."fetch".archive_offset IS 'Byte offset of its record.';

CREATE TABLE ops.fetch_default (
    at timestamp with time zone DEFAULT now() NOT NULL,
    run_id text NOT NULL,
    feed_id integer,
    frontier_id bigint,
    url text NOT NULL,
    host text NOT NULL,
    status smallint,
    outcome text NOT NULL,
    bytes integer NOT NULL,
    elapsed_ms integer NOT NULL,
    robots_rule text,
    archive_file text,
    archive_offset bigint,
    CONSTRAINT fetch_check CHECK (((feed_id IS NULL) <> (frontier_id IS NULL)))
);

ALTER TABLE ops.frontier ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.frontier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops.host (
    host text NOT NULL,
    robots bytea,
    robots_status smallint,
    robots_expires_at timestamp with time zone,
    next_at timestamp with time zone,
    blocked_until timestamp with time zone,
    latency_s real,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ops.host IS 'What is known of a host: its robots.txt and its pace.';

COMMENT ON COLUMN ops.host.host IS 'host or host:port.';

COMMENT ON COLUMN ops.host.robots IS 'robots.txt as fetched; null: none.';

COMMENT ON COLUMN ops.host.robots_status IS 'HTTP status of robots.txt; null: never reached.';

COMMENT ON COLUMN ops.host.robots_expires_at IS 'When robots.txt is fetched again.';

COMMENT ON COLUMN ops.host.next_at IS 'Earliest next request.';

COMMENT ON COLUMN ops.host.blocked_until IS 'The host asked to wait, or failed, until then.';

COMMENT ON COLUMN ops.host.latency_s IS 'Smoothed response time, seconds.';

COMMENT ON COLUMN ops.host.updated_at IS 'Last change of this row.';

CREATE TABLE ops.quarantine (
    id bigint NOT NULL,
    frontier_id bigint NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    detail text,
    archive_file text,
    archive_offset bigint,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT quarantine_stage_check CHECK ((stage = ANY (ARRAY['fetch'::text, 'extract'::text, 'load'::text])))
);

COMMENT ON TABLE ops.quarantine IS 'A URL that failed for good, with the raw bytes if there are any.';

COMMENT ON COLUMN ops.quarantine.id IS 'Surrogate key.';

COMMENT ON COLUMN ops.quarantine.frontier_id IS 'The URL.';

COMMENT ON COLUMN ops.quarantine.stage IS 'fetch, extract or load.';

COMMENT ON COLUMN ops.quarantine.reason IS 'As ops.frontier.reason.';

COMMENT ON COLUMN ops.quarantine.detail IS 'The error in full, where there is one.';

COMMENT ON COLUMN ops.quarantine.archive_file IS 'WARC file with the raw bytes.';

COMMENT ON COLUMN ops.quarantine.archive_offset IS 'Byte offset of the record.';

COMMENT ON COLUMN ops.quarantine.at IS 'When.';

ALTER TABLE ops.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops.run (
    id text NOT NULL,
    kind text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    discovered integer,
    loaded integer,
    unchanged integer,
    duplicate integer,
    skipped integer,
    gone integer,
    quarantined integer,
    waiting integer,
    new integer,
    revised integer,
    polled integer,
    feeds_failed integer,
    requests integer,
    bytes bigint,
    balanced boolean,
    CONSTRAINT run_check CHECK (((balanced IS NOT TRUE) OR (discovered = ((((((loaded + unchanged) + duplicate) + skipped) + gone) + quarantined) + waiting))))
);

COMMENT ON TABLE ops.run IS 'The ledger of a run: discovered = loaded + unchanged + duplicate + skipped + gone + quarantined + waiting.';

COMMENT ON COLUMN ops.run.id IS 'The run, as Airflow or the command line names it.';

COMMENT ON COLUMN ops.run.kind IS 'ingest, import, backfill …';

COMMENT ON COLUMN ops.run.started_at IS 'Start.';

COMMENT ON COLUMN ops.run.ended_at IS 'When it was accounted; null: it runs or died.';

COMMENT ON COLUMN ops.run.discovered IS 'URLs that this run found or took up.';

COMMENT ON COLUMN ops.run.loaded IS 'Of these, loaded: new or revised.';

COMMENT ON COLUMN ops.run.unchanged IS 'Of these, rechecked and found unchanged.';

COMMENT ON COLUMN ops.run.duplicate IS 'Of these, another URL of a loaded article.';

COMMENT ON COLUMN ops.run.skipped IS 'Of these, left out on purpose.';

COMMENT ON COLUMN ops.run.gone IS 'Of these, deleted.';

COMMENT ON COLUMN ops.run.quarantined IS 'Of these, failed for good.';

COMMENT ON COLUMN ops.run.waiting IS 'Of these, left for a later run.';

COMMENT ON COLUMN ops.run.new IS 'Articles that are new.';

COMMENT ON COLUMN ops.run.revised IS 'Articles that were revised.';

COMMENT ON COLUMN ops.run.polled IS 'Feeds polled.';

COMMENT ON COLUMN ops.run.feeds_failed IS 'Of these, failed.';

COMMENT ON COLUMN ops.run.requests IS 'HTTP answers.';

COMMENT ON COLUMN ops.run.bytes IS 'Bytes received, as on the wire.';

COMMENT ON COLUMN ops.run.balanced IS 'The ledger and all checks agreed.';

CREATE UNLOGGED TABLE ops.staging (
    id bigint NOT NULL,
    archive_file text NOT NULL,
    archive_offset bigint NOT NULL,
    frontier_id bigint NOT NULL,
    source_id integer NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    url text NOT NULL,
    canonical_url text NOT NULL,
    url_key text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    summary text,
    body text NOT NULL,
    language text,
    section text,
    published_at timestamp with time zone,
    published_precision text NOT NULL,
    published_from text,
    modified_at timestamp with time zone,
    word_count integer NOT NULL,
    image_url text,
    is_paywalled boolean,
    dateline_place text,
    dateline_country text,
    agency text,
    content_hash bytea NOT NULL,
    extractor_version text NOT NULL,
    provenance jsonb NOT NULL,
    authors text[] NOT NULL,
    roles text[] NOT NULL,
    tags text[] NOT NULL,
    body_html text,
    confidence real
);
ALTER TABLE ONLY ops.staging ALTER COLUMN body SET COMPRESSION lz4;

COMMENT ON TABLE ops.staging IS 'Extracted articles on their way into news.article; columns as there.';

COMMENT ON COLUMN ops.staging.body_html IS 'As news.article.body_html.';

COMMENT ON COLUMN ops.staging.confidence IS 'As news.article.confidence.';

ALTER TABLE ops.staging ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.staging_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY ops."fetch" ATTACH PARTITION ops.fetch_default DEFAULT;

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_pkey PRIMARY KEY (article_id, "position");

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_pkey PRIMARY KEY (article_id, tag_id);

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY news.author
    ADD CONSTRAINT author_name_key_key UNIQUE (name_key);

ALTER TABLE ONLY news.author
    ADD CONSTRAINT author_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (article_id, revision);

ALTER TABLE ONLY news.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.source
    ADD CONSTRAINT source_slug_key UNIQUE (slug);

ALTER TABLE ONLY news.tag
    ADD CONSTRAINT tag_name_key_key UNIQUE (name_key);

ALTER TABLE ONLY news.tag
    ADD CONSTRAINT tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.feed
    ADD CONSTRAINT feed_url_key UNIQUE (url);

ALTER TABLE ONLY ops.frontier
    ADD CONSTRAINT frontier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.frontier
    ADD CONSTRAINT frontier_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY ops.host
    ADD CONSTRAINT host_pkey PRIMARY KEY (host);

ALTER TABLE ONLY ops.quarantine
    ADD CONSTRAINT quarantine_frontier_id_key UNIQUE (frontier_id);

ALTER TABLE ONLY ops.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (source_id);

ALTER TABLE ONLY ops.staging
    ADD CONSTRAINT staging_pkey PRIMARY KEY (id);

CREATE INDEX article_agency ON news.article USING btree (agency, published_at DESC) WHERE (agency IS NOT NULL);

CREATE INDEX article_author_author ON news.article_author USING btree (author_id);

CREATE INDEX article_first_seen ON news.article USING btree (first_seen_at DESC);

CREATE INDEX article_published ON news.article USING btree (published_at DESC NULLS LAST);

CREATE INDEX article_source_published ON news.article USING btree (source_id, published_at DESC NULLS LAST);

CREATE INDEX article_tag_tag ON news.article_tag USING btree (tag_id);

CREATE INDEX revision_replaced ON news.revision USING btree (replaced_at DESC);

CREATE INDEX feed_due ON ops.feed USING btree (next_poll_at) WHERE enabled;

CREATE INDEX feed_source ON ops.feed USING btree (source_id);

CREATE INDEX fetch_frontier ON ONLY ops."fetch" USING btree (frontier_id) WHERE (frontier_id IS NOT NULL);

CREATE INDEX fetch_default_frontier_id_idx ON ops.fetch_default USING btree (frontier_id) WHERE (frontier_id IS NOT NULL);

CREATE INDEX fetch_run ON ONLY ops."fetch" USING btree (run_id);

CREATE INDEX fetch_default_run_id_idx ON ops.fetch_default USING btree (run_id);

CREATE INDEX frontier_article ON ops.frontier USING btree (article_id) WHERE (article_id IS NOT NULL);

CREATE INDEX frontier_due ON ops.frontier USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX frontier_fetched ON ops.frontier USING btree (archive_file) WHERE (state = 'fetched'::text);

CREATE INDEX frontier_open ON ops.frontier USING btree (source_id, state) WHERE (state = ANY (ARRAY['waiting'::text, 'fetched'::text, 'quarantined'::text]));

CREATE INDEX frontier_run ON ops.frontier USING btree (run_id);

CREATE INDEX run_started ON ops.run USING btree (started_at DESC);

CREATE INDEX staging_file ON ops.staging USING btree (archive_file);

ALTER INDEX ops.fetch_frontier ATTACH PARTITION ops.fetch_default_frontier_id_idx;

ALTER INDEX ops.fetch_run ATTACH PARTITION ops.fetch_default_run_id_idx;

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_author_id_fkey FOREIGN KEY (author_id) REFERENCES news.author(id);

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id);

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES news.tag(id);

ALTER TABLE ONLY news.revision
    ADD CONSTRAINT revision_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.feed
    ADD CONSTRAINT feed_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.frontier
    ADD CONSTRAINT frontier_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE SET NULL;

ALTER TABLE ONLY ops.frontier
    ADD CONSTRAINT frontier_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES ops.feed(id) ON DELETE SET NULL;

ALTER TABLE ONLY ops.frontier
    ADD CONSTRAINT frontier_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.quarantine
    ADD CONSTRAINT quarantine_frontier_id_fkey FOREIGN KEY (frontier_id) REFERENCES ops.frontier(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.source
    ADD CONSTRAINT source_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id) ON DELETE CASCADE;
