-- The whole schema, for reading. Made by `make schema` from migrations/ and views/; a test compares them.
SET check_function_bodies = false;

CREATE SCHEMA news;

COMMENT ON SCHEMA news IS 'Dateline, the public contract: articles, their publishers, authors, tags and revisions. Changed only by additive migrations.';

CREATE SCHEMA ops;

COMMENT ON SCHEMA ops IS 'Dateline, the engine room: feeds, hosts, the frontier of URLs, runs and the quarantine.';

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
    absences tstzmultirange,
    merged_into bigint,
    story_id bigint,
    CONSTRAINT article_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT article_dateline_country_check CHECK ((dateline_country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT article_kind_check CHECK ((kind = ANY (ARRAY['article'::text, 'live'::text, 'video'::text, 'gallery'::text, 'other'::text]))),
    CONSTRAINT article_published_precision_check CHECK ((published_precision = ANY (ARRAY['instant'::text, 'day'::text, 'none'::text]))),
    CONSTRAINT article_revision_check CHECK ((revision >= 1))
);
ALTER TABLE ONLY news.article ALTER COLUMN body SET COMPRESSION lz4;
ALTER TABLE ONLY news.article ALTER COLUMN provenance SET COMPRESSION lz4;
ALTER TABLE ONLY news.article ALTER COLUMN body_html SET COMPRESSION lz4;

COMMENT ON TABLE news.article IS 'An article in its current revision.';

COMMENT ON COLUMN news.article.id IS 'Surrogate key; it stays when the article is revised.';

COMMENT ON COLUMN news.article.source_id IS 'The publisher whose feed listed it first.';

COMMENT ON COLUMN news.article.url IS 'Where it was fetched, after redirects.';

COMMENT ON COLUMN news.article.canonical_url IS 'The page''s own canonical address where it can be trusted, else url.';

COMMENT ON COLUMN news.article.url_key IS 'Natural key, made from canonical_url: no scheme, www., fragment or tracking parameters. A merged article keeps its own.';

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

COMMENT ON COLUMN news.article.gone_at IS 'When it was found deleted, or merged into another; null: online. Set once a second look hours later found the same.';

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

COMMENT ON COLUMN news.article.absences IS 'When it was not to be read: the last one is open while it is gone; null: never.';

COMMENT ON COLUMN news.article.merged_into IS 'The article that this one turned out to be: its publisher had moved it; null: it stands for itself.';

COMMENT ON COLUMN news.article.story_id IS 'The story it belongs to, as in news.story_article; null: nobody else carries its text.';

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
    archive_offset bigint NOT NULL,
    words_added integer,
    words_removed integer,
    edits jsonb
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

COMMENT ON COLUMN news.revision.words_added IS 'Words of title, summary and body that the successor has and this revision had not; null: not counted.';

COMMENT ON COLUMN news.revision.words_removed IS 'Words that this revision had and the successor has not; null: not counted.';

COMMENT ON COLUMN news.revision.edits IS 'The sentences that changed, in order: [{"field", "before", "after"}], at most 20, long ones clipped; null: not compared.';

CREATE FUNCTION news.as_of(instant timestamp with time zone) RETURNS TABLE(article_id bigint, source_id integer, url text, kind text, title text, summary text, body text, language text, section text, published_at timestamp with time zone, published_precision text, first_seen_at timestamp with time zone, revision integer, seen_at timestamp with time zone)
    LANGUAGE sql STABLE ROWS 10000 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT a.id,
     a.source_id,
     a.canonical_url,
     a.kind,
     a.title,
     a.summary,
     a.body,
     a.language,
     a.section,
     a.published_at,
     a.published_precision,
     a.first_seen_at,
     a.revision,
     a.revised_at
    FROM news.article a
   WHERE ((a.first_seen_at <= as_of.instant) AND (a.revised_at <= as_of.instant) AND ((a.absences IS NULL) OR (NOT (a.absences @> as_of.instant))))
 UNION ALL
  SELECT a.id,
     a.source_id,
     a.canonical_url,
     a.kind,
     r.title,
     r.summary,
     r.body,
     a.language,
     a.section,
     a.published_at,
     a.published_precision,
     a.first_seen_at,
     r.revision,
     r.seen_at
    FROM (news.article a
      JOIN news.revision r ON ((r.article_id = a.id)))
   WHERE ((a.first_seen_at <= as_of.instant) AND (a.revised_at > as_of.instant) AND (a.revision > 1) AND (tstzrange(LEAST(r.seen_at, r.replaced_at), r.replaced_at) @> as_of.instant) AND ((a.absences IS NULL) OR (NOT (a.absences @> as_of.instant))));
END;

COMMENT ON FUNCTION news.as_of(instant timestamp with time zone) IS 'The articles as a reader would have seen them at that instant: those seen by then and not gone, each in its revision of the time. Title, summary and body are of that revision, other columns are today''s.';

CREATE TABLE news.change (
    id bigint NOT NULL,
    article_id bigint NOT NULL,
    source_id integer NOT NULL,
    kind text NOT NULL,
    revision integer NOT NULL,
    merged_into bigint,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT change_check CHECK (((kind = 'merged'::text) = (merged_into IS NOT NULL))),
    CONSTRAINT change_kind_check CHECK ((kind = ANY (ARRAY['new'::text, 'revised'::text, 'gone'::text, 'back'::text, 'merged'::text])))
);

COMMENT ON TABLE news.change IS 'The change feed: one line a change, written in the transaction of the change. Whoever has read up to an id never misses a smaller one.';

COMMENT ON COLUMN news.change.id IS 'The cursor. It only grows, and lines become visible in its order; numbers may be left out.';

COMMENT ON COLUMN news.change.article_id IS 'The article. No foreign key: the line outlives it.';

COMMENT ON COLUMN news.change.source_id IS 'Its publisher.';

COMMENT ON COLUMN news.change.kind IS 'new, revised, gone (deleted), back (after it was gone) or merged (into the article that it turned out to be).';

COMMENT ON COLUMN news.change.revision IS 'The revision that the article had from then on.';

COMMENT ON COLUMN news.change.merged_into IS 'Of merged: the article that stays.';

COMMENT ON COLUMN news.change.at IS 'When the line was written; grows with the cursor.';

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

CREATE FUNCTION news.changes_since(after bigint, most integer DEFAULT 1000) RETURNS TABLE(cursor bigint, kind text, article_id bigint, revision integer, merged_into bigint, source text, url text, title text, at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT c.id,
     c.kind,
     c.article_id,
     c.revision,
     c.merged_into,
     s.slug,
     a.canonical_url,
     a.title,
     c.at
    FROM ((( SELECT change.id,
             change.article_id,
             change.source_id,
             change.kind,
             change.revision,
             change.merged_into,
             change.at
            FROM news.change
           WHERE (change.id > changes_since.after)
           ORDER BY change.id
          LIMIT changes_since.most) c
      LEFT JOIN news.article a ON ((a.id = c.article_id)))
      LEFT JOIN news.source s ON ((s.id = c.source_id)))
   ORDER BY c.id;
END;

COMMENT ON FUNCTION news.changes_since(after bigint, most integer) IS 'The changes after a cursor, oldest first, with the article as it is now. Read on from the cursor of the last line; start from 0 for everything.';

CREATE FUNCTION news.excerpt(body text, terms tsquery, config text) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    AS $$
declare
    folded text := news.fold(body);
    marked text := news.unspread(ts_headline(config::regconfig, news.spread(folded), terms,
                                             U&'StartSel=\E000, StopSel=\E001, MaxWords=32, MinWords=16'));
    place integer := case when folded <> body then strpos(folded, translate(marked, U&'\E000\E001', '')) else 0 end;
begin
    if place > 0 then
        select string_agg(mark || substr(body, place + before, size), '' order by n) into marked
        from (select n, length(part) as size, (sum(length(part)) over (order by n) - length(part))::integer as before,
                     case when n = 1 then '' when n % 2 = 0 then U&'\E000' else U&'\E001' end as mark
              from regexp_split_to_table(marked, '[\ue000\ue001]') with ordinality as t (part, n)) as piece;
    end if;
    return regexp_replace(translate(marked, U&'\E000\E001', '«»'), '\s+', ' ', 'g');
end $$;

COMMENT ON FUNCTION news.excerpt(body text, terms tsquery, config text) IS 'A passage of a text on one line, with the words found in « ».';

CREATE FUNCTION news.find_author(name text, max integer DEFAULT 20) RETURNS TABLE(author_id bigint, author text, articles bigint, similarity real)
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    home text := (select extnamespace::regnamespace::text from pg_extension where extname = 'pg_trgm');
    wanted text := news.fold(lower(normalize(name)));
    hit text := 'strpos(news.fold(w.name_key), $1) > 0';
    grade text := 'length($1)::real / length(w.name_key)';
begin
    if home is not null then
        perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
        hit := format('news.fold(w.name_key) operator(%s.%%>) $1', home);
        grade := format('%s.word_similarity($1, news.fold(w.name_key))', home);
    end if;
    return query execute format(
        'select f.id, f.name, (select count(*) from news.article_author p where p.author_id = f.id), f.grade
         from (select w.id, w.name, (%s)::real as grade from news.author w where %s order by 3 desc, 2 limit $2) f
         order by f.grade desc, f.name', grade, hit) using wanted, max;
end $_$;

COMMENT ON FUNCTION news.find_author(name text, max integer) IS 'Authors by a name spelt somehow (with the extension pg_trgm; without it, as it stands), most similar first.';

CREATE FUNCTION news.find_title(words text, max integer DEFAULT 20) RETURNS TABLE(article_id bigint, url text, title text, source text, published_at timestamp with time zone, similarity real)
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    home text := (select extnamespace::regnamespace::text from pg_extension where extname = 'pg_trgm');
    wanted text := news.fold(lower(normalize(words)));
    hit text := 'strpos(s.title, $1) > 0';
    grade text := 'length($1)::real / length(s.title)';
begin
    if home is not null then
        perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
        hit := format('s.title operator(%s.%%>) $1', home);
        grade := format('%s.word_similarity($1, s.title)', home);
    end if;
    return query execute format(
        'select a.id, a.canonical_url, a.title, o.slug, s.published_at, (%s)::real as grade
         from news.article_search s join news.article a on a.id = s.article_id join news.source o on o.id = a.source_id
         where %s order by grade desc, s.published_at desc, a.id desc limit $2', grade, hit) using wanted, max;
end $_$;

COMMENT ON FUNCTION news.find_title(words text, max integer) IS 'Articles by words of their headline, spelt somehow (with the extension pg_trgm; without it, as they stand), most similar first.';

CREATE FUNCTION news.fold(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN (octet_length(word) = char_length(word)) THEN word ELSE translate(NORMALIZE(regexp_replace(NORMALIZE(word, NFD), '([A-Za-zΑ-Ωα-ω])[\u0300-\u036f]+'::text, '\1'::text, 'g'::text), NFC), 'łŁøØđĐðÐıħĦёЁ'::text, 'lLoOdDdDihHеЕ'::text) END;

COMMENT ON FUNCTION news.fold(word text) IS 'A text without the accents of its Latin and Greek letters; its length stays the same.';

CREATE FUNCTION news.matches(query text, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, source text DEFAULT NULL::text, language text DEFAULT NULL::text, newest integer DEFAULT NULL::integer) RETURNS TABLE(article_id bigint, published_at timestamp with time zone, source_id integer, config text, terms tsquery)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET jit TO 'off'
    SET client_min_messages TO 'warning'
    AS $_$
#variable_conflict use_column
declare
    only_source integer := (select id from news.source where slug = matches.source);
begin
    config := '';
    loop
        config := (select s.config from news.article_search s where s.config > matches.config order by s.config limit 1);
        exit when config is null;
        terms := news.search_query(matches.query, matches.config);
        -- Nothing but stop words, or words to be without: that would be everything.
        continue when querytree(terms) in ('', 'T');
        return query execute
            'select s.article_id, s.published_at, s.source_id, s.config, $1 from news.article_search s
             where s.vector @@ $1 and s.config = $2 and s.published_at >= $3 and s.published_at < $4'
            || case when matches.source is not null then ' and s.source_id = $5' else '' end
            || case when matches.language is not null then ' and (s.language = $6 or s.language like $6 || ''-%'')' else '' end
            || case when newest is not null then ' order by s.published_at desc, s.article_id desc limit $7' else '' end
            using matches.terms, matches.config, coalesce(matches.since, '-infinity'), coalesce(matches.until, 'infinity'),
                  only_source, matches.language, newest;
    end loop;
end $_$;

COMMENT ON FUNCTION news.matches(query text, since timestamp with time zone, until timestamp with time zone, source text, language text, newest integer) IS 'All articles that a query finds, without order: for counting; or so many of the newest in each language. Arguments as of news.search.';

CREATE FUNCTION news.search(query text, since timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, source text DEFAULT NULL::text, language text DEFAULT NULL::text, max integer DEFAULT 50) RETURNS TABLE(article_id bigint, url text, title text, source text, published_at timestamp with time zone, rank real, headline text)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET jit TO 'off'
    SET client_min_messages TO 'warning'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
    with newest as materialized (
        select * from news.matches(query, since, until, source, language, 1000) m
        order by m.published_at desc, m.article_id desc limit 1000
    ), best as materialized (
        select n.*, ts_rank(s.vector, n.terms, 1) as rank
        from newest n join news.article_search s using (article_id)
        order by rank desc, n.published_at desc, n.article_id desc limit max
    )
    select b.article_id, a.canonical_url, a.title, s.slug, b.published_at, b.rank,
           news.excerpt(left(a.body, 20000), b.terms, b.config)
    from best b join news.article a on a.id = b.article_id join news.source s on s.id = a.source_id
    order by b.rank desc, b.published_at desc, b.article_id desc
$$;

COMMENT ON FUNCTION news.search(query text, since timestamp with time zone, until timestamp with time zone, source text, language text, max integer) IS 'Articles for a query (words, "a phrase", or, -without) in any language, best first: of the newest 1,000 that match, published (or else first seen) from since until before until, of a source (slug), in a language (pt: also pt-BR). headline is a passage with the words found in « »; accents do not matter.';

CREATE FUNCTION news.search_config(language text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((SELECT (c.cfgname)::text AS cfgname FROM (UNNEST(ARRAY['ar'::text, 'hy'::text, 'eu'::text, 'ca'::text, 'da'::text, 'nl'::text, 'en'::text, 'et'::text, 'fi'::text, 'fr'::text, 'de'::text, 'el'::text, 'hi'::text, 'hu'::text, 'id'::text, 'ga'::text, 'it'::text, 'lt'::text, 'ne'::text, 'no'::text, 'nb'::text, 'nn'::text, 'pt'::text, 'ro'::text, 'ru'::text, 'sr'::text, 'es'::text, 'sv'::text, 'ta'::text, 'tr'::text, 'yi'::text], ARRAY['arabic'::text, 'armenian'::text, 'basque'::text, 'catalan'::text, 'danish'::text, 'dutch'::text, 'english'::text, 'estonian'::text, 'finnish'::text, 'french'::text, 'german'::text, 'greek'::text, 'hindi'::text, 'hungarian'::text, 'indonesian'::text, 'irish'::text, 'italian'::text, 'lithuanian'::text, 'nepali'::text, 'norwegian'::text, 'norwegian'::text, 'norwegian'::text, 'portuguese'::text, 'romanian'::text, 'russian'::text, 'serbian'::text, 'spanish'::text, 'swedish'::text, 'tamil'::text, 'turkish'::text, 'yiddish'::text]) known(tag, name) JOIN pg_ts_config c ON (((c.cfgname = known.name) AND (c.cfgnamespace = ('pg_catalog'::regnamespace)::oid)))) WHERE (known.tag = lower(split_part(search_config.language, '-'::text, 1)))), 'simple'::text);

COMMENT ON FUNCTION news.search_config(language text) IS 'The text search configuration for a BCP 47 language; simple (words as they stand) where this Postgres has none.';

CREATE FUNCTION news.unspaced() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '[\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]'::text;

COMMENT ON FUNCTION news.unspaced() IS 'A regular expression for one character of Thai, Lao, Burmese, Khmer, Japanese, Chinese or Korean.';

CREATE FUNCTION news.spread(body text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN ((octet_length(body) = char_length(body)) OR (body !~ news.unspaced())) THEN body ELSE regexp_replace(regexp_replace(regexp_replace(body, (('([A-Za-z0-9])(?='::text || news.unspaced()) || ')'::text), '\1 '::text, 'g'::text), (('('::text || news.unspaced()) || ')(?=[A-Za-z0-9])'::text), '\1 '::text, 'g'::text), (('('::text || news.unspaced()) || ')'::text), '\1 \1'::text, 'g'::text) END;

COMMENT ON FUNCTION news.spread(body text) IS 'A text whose scripts without spaces are cut into pairs of characters: "ABC" becomes "A AB BC C".';

CREATE FUNCTION news.search_query(query text, config text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (WITH quoted AS (SELECT regexp_replace(regexp_replace(news.spread(regexp_replace(news.fold(NORMALIZE(search_query.query)), (('('::text || news.unspaced()) || '+)'::text), CASE WHEN (search_query.query ~ '"'::text) THEN '⟨\1⟩'::text ELSE '"⟨\1⟩"'::text END, 'g'::text)), (('⟨'::text || news.unspaced()) || ' '::text), ''::text, 'g'::text), ((' '::text || news.unspaced()) || '⟩'::text), ''::text, 'g'::text) AS words) SELECT (regexp_replace((websearch_to_tsquery((search_query.config)::regconfig, quoted.words))::text, (('''('::text || news.unspaced()) || ')'''::text), '''\1'':*'::text, 'g'::text))::tsquery AS regexp_replace FROM quoted);

COMMENT ON FUNCTION news.search_query(query text, config text) IS 'A query as people type it (words, "a phrase", or, -without) for texts of a configuration.';

CREATE FUNCTION news.search_vector(title text, summary text, body text, config text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((setweight(to_tsvector((config)::regconfig, news.spread(news.fold(title))), 'A'::"char") || setweight(to_tsvector((config)::regconfig, news.spread(news.fold(COALESCE(summary, ''::text)))), 'B'::"char")) || setweight(to_tsvector((config)::regconfig, news.spread(news.fold("left"(body, 50000)))), 'C'::"char"));

COMMENT ON FUNCTION news.search_vector(title text, summary text, body text, config text) IS 'What is indexed of an article: title (weight A), summary (B) and the first 50,000 characters of the body (C).';

CREATE FUNCTION news.unspread(body text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN ((octet_length(body) = char_length(body)) OR (body !~ news.unspaced())) THEN body ELSE regexp_replace(regexp_replace(regexp_replace(body, (('('::text || news.unspaced()) || ')\ue001 \ue000\1'::text), '\1'::text, 'g'::text), (('('::text || news.unspaced()) || ') \ue000\1'::text), (''::text || '\1'::text), 'g'::text), (('('::text || news.unspaced()) || ')(\ue001?) \1'::text), '\1\2'::text, 'g'::text) END;

COMMENT ON FUNCTION news.unspread(body text) IS 'Undoes news.spread, also where pairs are marked (see news.excerpt).';

CREATE FUNCTION ops.bucket(domain text) RETURNS smallint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((abs((hashtext(domain))::bigint) % (1024)::bigint))::smallint;

COMMENT ON FUNCTION ops.bucket(domain text) IS 'The bucket, 0 to 1023, of a registered domain.';

CREATE FUNCTION ops.drop_old_partitions(keep interval) RETURNS integer
    LANGUAGE plpgsql
    AS $_$
declare
    dropped integer := 0;
    name text;
begin
    if keep < interval '0' then
        raise exception 'keep % is negative', keep;
    end if;
    for name in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'ops.fetch'::regclass and c.relname ~ '^fetch_\d{8}$'
          and (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= now() - keep
    loop
        execute format('drop table ops.%I', name);
        dropped := dropped + 1;
    end loop;
    delete from ops.fetch_default where at < now() - keep;
    return dropped;
end $_$;

COMMENT ON FUNCTION ops.drop_old_partitions(keep interval) IS 'Drops the days of the fetch log that ended longer ago than that; gives how many.';

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

CREATE FUNCTION ops.next_recheck(first_seen timestamp with time zone, at timestamp with time zone, pace double precision) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN ((pace * '01:00:00'::interval) > ((1.25)::double precision * (at - first_seen))) THEN (first_seen + (pace * '01:00:00'::interval)) WHEN ((pace * '06:00:00'::interval) > ((1.25)::double precision * (at - first_seen))) THEN (first_seen + (pace * '06:00:00'::interval)) WHEN ((pace * '24:00:00'::interval) > ((1.25)::double precision * (at - first_seen))) THEN (first_seen + (pace * '24:00:00'::interval)) WHEN ((pace * '168:00:00'::interval) > ((1.25)::double precision * (at - first_seen))) THEN (first_seen + (pace * '168:00:00'::interval)) ELSE NULL::timestamp with time zone END;

COMMENT ON FUNCTION ops.next_recheck(first_seen timestamp with time zone, at timestamp with time zone, pace double precision) IS 'When an article first seen then is fetched again: after 1 h, 6 h, 1 day and 7 days, times its source''s pace; null: no more.';

CREATE FUNCTION ops.note_changed_article() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into ops.search_work (article_id) values (new.id);
    return null;
end $$;

COMMENT ON FUNCTION ops.note_changed_article() IS 'Puts an article on the list of search work.';

CREATE FUNCTION ops.open_change_feed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform pg_advisory_xact_lock(hashtext('dateline.change'));
    perform pg_notify('dateline_change', '');
    return null;
end $$;

COMMENT ON FUNCTION ops.open_change_feed() IS 'Lets one transaction at a time write to news.change, and wakes its readers when that commits.';

CREATE FUNCTION ops.other_headline(one text, other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (WITH mine AS (SELECT DISTINCT w.word FROM regexp_split_to_table(lower(other_headline.one), '\W+'::text) w(word) WHERE (length(w.word) >= 4)), theirs AS (SELECT DISTINCT w.word FROM regexp_split_to_table(lower(other_headline.other), '\W+'::text) w(word) WHERE (length(w.word) >= 4)) SELECT (((SELECT count(*) AS count FROM mine) >= 2) AND ((SELECT count(*) AS count FROM theirs) >= 2) AND (NOT (EXISTS (SELECT FROM (mine JOIN theirs USING (word)))))));

COMMENT ON FUNCTION ops.other_headline(one text, other text) IS 'Whether two headlines have not one of their longer words in common; false where they have too few to tell.';

CREATE FUNCTION ops.recheck_pace(edits real, rechecks real) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN LEAST((2)::double precision, GREATEST((0.5)::double precision, sqrt(((rechecks + (20)::double precision) / ((10)::double precision * (edits + (2)::double precision))))));

COMMENT ON FUNCTION ops.recheck_pace(edits real, rechecks real) IS 'Factor on the times of rechecks: 0.5 where each second or third one finds an edit, 2 where hardly any does.';

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
    priority smallint DEFAULT 0 NOT NULL,
    content text,
    gone_since timestamp with time zone,
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

COMMENT ON COLUMN ops.frontier.priority IS '0: fresh, by feeds and sitemaps; 1: backfill. Fetched in this order.';

COMMENT ON COLUMN ops.frontier.content IS 'Full text by the feed, HTML, until an article is loaded: the body where the page gives none.';

COMMENT ON COLUMN ops.frontier.gone_since IS 'First of the answers in a row that said its article is deleted; null: the last one did not.';

CREATE FUNCTION ops.sources_with_work(shard integer, shards integer) RETURNS TABLE(bucket smallint, source_id integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE step AS (
          SELECT (b.bucket)::smallint AS bucket,
             ( SELECT f.source_id
                    FROM ops.frontier f
                   WHERE ((f.bucket = b.bucket) AND (f.due_at IS NOT NULL))
                   ORDER BY f.source_id
                  LIMIT 1) AS source_id
            FROM generate_series(sources_with_work.shard, 1023, sources_with_work.shards) b(bucket)
         UNION ALL
          SELECT s_1.bucket,
             ( SELECT f.source_id
                    FROM ops.frontier f
                   WHERE ((f.bucket = s_1.bucket) AND (f.due_at IS NOT NULL) AND (f.source_id > s_1.source_id))
                   ORDER BY f.source_id
                  LIMIT 1) AS source_id
            FROM step s_1
           WHERE (s_1.source_id IS NOT NULL)
         )
  SELECT s.bucket,
     s.source_id
    FROM step s
   WHERE (s.source_id IS NOT NULL);
END;

COMMENT ON FUNCTION ops.sources_with_work(shard integer, shards integer) IS 'The buckets of a shard and the sources in each that have URLs to fetch, now or later.';

CREATE FUNCTION ops.want_entities_again() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into ops.entity_work (article_id) values (new.id)
    on conflict (article_id) do update set due_since = excluded.due_since;
    return null;
end $$;

COMMENT ON FUNCTION ops.want_entities_again() IS 'Puts an edited article on the work list.';

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

CREATE VIEW news.article_entities AS
SELECT
    NULL::bigint AS article_id,
    NULL::text AS kind,
    NULL::text AS name,
    NULL::bigint AS mentions,
    NULL::boolean AS in_title,
    NULL::boolean AS in_dateline,
    NULL::text AS country,
    NULL::double precision AS latitude,
    NULL::double precision AS longitude,
    NULL::bigint AS entity_id;

COMMENT ON VIEW news.article_entities IS 'Who and what an article names, a row each, and how often; places with country and coordinates.';

COMMENT ON COLUMN news.article_entities.article_id IS 'The article.';

COMMENT ON COLUMN news.article_entities.kind IS 'person, organisation, place or other.';

COMMENT ON COLUMN news.article_entities.name IS 'As it is mostly written.';

COMMENT ON COLUMN news.article_entities.mentions IS 'How often it is named.';

COMMENT ON COLUMN news.article_entities.in_title IS 'Also in the headline.';

COMMENT ON COLUMN news.article_entities.in_dateline IS 'It is the place of the dateline.';

COMMENT ON COLUMN news.article_entities.country IS 'Of a place: ISO 3166-1 alpha-2.';

COMMENT ON COLUMN news.article_entities.latitude IS 'Of a town, degrees north.';

COMMENT ON COLUMN news.article_entities.longitude IS 'Of a town, degrees east.';

COMMENT ON COLUMN news.article_entities.entity_id IS 'The entity.';

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

CREATE TABLE news.story (
    id bigint NOT NULL,
    first_article bigint,
    title text NOT NULL,
    agency text,
    size integer NOT NULL,
    sources integer NOT NULL,
    first_at timestamp with time zone,
    last_at timestamp with time zone,
    merged_into bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT story_check CHECK (((merged_into IS NULL) OR (size = 0))),
    CONSTRAINT story_size_check CHECK ((size >= 0)),
    CONSTRAINT story_sources_check CHECK ((sources >= 0))
);

COMMENT ON TABLE news.story IS 'A cluster of near-copies: two or more articles with the same text, wholly or for the greater part. Ids stay: a story that is a part of another, or has lost its copies to edits, keeps its row with size 0.';

COMMENT ON COLUMN news.story.id IS 'Surrogate key; of merged stories the oldest stays.';

COMMENT ON COLUMN news.story.first_article IS 'The original where it is among the articles, else the earliest.';

COMMENT ON COLUMN news.story.title IS 'Headline of that article.';

COMMENT ON COLUMN news.story.agency IS 'The news agency whose text it is, by dateline or byline of a member; null: none is named.';

COMMENT ON COLUMN news.story.size IS 'Articles; 0: merged, or no more.';

COMMENT ON COLUMN news.story.sources IS 'Publishers.';

COMMENT ON COLUMN news.story.first_at IS 'When the earliest article appeared: its publication time, the end of its publication day, or when it was first seen.';

COMMENT ON COLUMN news.story.last_at IS 'When the latest did.';

COMMENT ON COLUMN news.story.merged_into IS 'The story that it turned out to be a part of.';

COMMENT ON COLUMN news.story.created_at IS 'When the second copy was noticed.';

COMMENT ON COLUMN news.story.updated_at IS 'Last change of its articles.';

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
    ARRAY( SELECT t_1.name
           FROM (news.article_tag p
             JOIN news.tag t_1 ON ((t_1.id = p.tag_id)))
          WHERE (p.article_id = a.id)
          ORDER BY t_1.name) AS tags,
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
    a.confidence,
    a.story_id,
    t.size AS story_size
   FROM ((news.article a
     JOIN news.source s ON ((s.id = a.source_id)))
     LEFT JOIN news.story t ON ((t.id = a.story_id)))
  WHERE (a.merged_into IS NULL);

COMMENT ON VIEW news.article_flat IS 'An article a row with its publisher, authors and tags: the place to start.';

COMMENT ON COLUMN news.article_flat.id IS 'As news.article.id.';

COMMENT ON COLUMN news.article_flat.source IS 'Slug of the publisher.';

COMMENT ON COLUMN news.article_flat.source_name IS 'Name of the publisher.';

COMMENT ON COLUMN news.article_flat.source_country IS 'Its country, ISO 3166-1 alpha-2.';

COMMENT ON COLUMN news.article_flat.url IS 'As news.article.canonical_url.';

COMMENT ON COLUMN news.article_flat.kind IS 'article, live (blog), video, gallery or other.';

COMMENT ON COLUMN news.article_flat.title IS 'Headline.';

COMMENT ON COLUMN news.article_flat.summary IS 'Standfirst.';

COMMENT ON COLUMN news.article_flat.body IS 'Text, a blank line between paragraphs.';

COMMENT ON COLUMN news.article_flat.language IS 'BCP 47.';

COMMENT ON COLUMN news.article_flat.section IS 'Section as published.';

COMMENT ON COLUMN news.article_flat.authors IS 'Names in the order of the byline.';

COMMENT ON COLUMN news.article_flat.tags IS 'Keywords, by alphabet.';

COMMENT ON COLUMN news.article_flat.published_at IS 'Publication time; see published_precision.';

COMMENT ON COLUMN news.article_flat.published_precision IS 'instant; day (published_at is midnight of it); none (published_at is null).';

COMMENT ON COLUMN news.article_flat.modified_at IS 'Last change, as the publisher says.';

COMMENT ON COLUMN news.article_flat.first_seen_at IS 'When Dateline first fetched it.';

COMMENT ON COLUMN news.article_flat.last_seen_at IS 'When Dateline last saw it online.';

COMMENT ON COLUMN news.article_flat.gone_at IS 'When it was found deleted; null: online.';

COMMENT ON COLUMN news.article_flat.revision IS 'Number of the current revision, from 1.';

COMMENT ON COLUMN news.article_flat.word_count IS 'Words in the body.';

COMMENT ON COLUMN news.article_flat.image_url IS 'Lead image.';

COMMENT ON COLUMN news.article_flat.is_paywalled IS 'As the publisher says; null: it does not say.';

COMMENT ON COLUMN news.article_flat.dateline_place IS 'Place in the dateline, as printed.';

COMMENT ON COLUMN news.article_flat.dateline_country IS 'ISO 3166-1 alpha-2 of that place.';

COMMENT ON COLUMN news.article_flat.agency IS 'News agency.';

COMMENT ON COLUMN news.article_flat.confidence IS '0 to 1: how sure the extractor is of the body.';

COMMENT ON COLUMN news.article_flat.story_id IS 'The story it belongs to; null: nobody else carries its text.';

COMMENT ON COLUMN news.article_flat.story_size IS 'Articles of that story.';

ALTER TABLE news.article ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.article_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE news.article_search (
    article_id bigint NOT NULL,
    source_id integer NOT NULL,
    language text,
    config text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    title text NOT NULL,
    content_hash bytea NOT NULL,
    vector tsvector NOT NULL
)
WITH (toast_tuple_target='256');
ALTER TABLE ONLY news.article_search ALTER COLUMN vector SET COMPRESSION lz4;

COMMENT ON TABLE news.article_search IS 'The search index: an article as its current revision is found. Ask it by news.search.';

COMMENT ON COLUMN news.article_search.article_id IS 'The article.';

COMMENT ON COLUMN news.article_search.source_id IS 'As news.article.source_id.';

COMMENT ON COLUMN news.article_search.language IS 'As news.article.language.';

COMMENT ON COLUMN news.article_search.config IS 'Text search configuration by which it was indexed: news.search_config(language).';

COMMENT ON COLUMN news.article_search.published_at IS 'When it was published; where that is unknown, first seen.';

COMMENT ON COLUMN news.article_search.title IS 'The headline in lower case without accents, for news.find_title.';

COMMENT ON COLUMN news.article_search.content_hash IS 'news.article.content_hash of the text that was indexed.';

COMMENT ON COLUMN news.article_search.vector IS 'news.search_vector of that text.';

ALTER TABLE news.author ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.author_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE news.change ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW news.coverage AS
 SELECT s.slug AS source,
    (date_trunc('week'::text, (a.first_seen_at AT TIME ZONE 'UTC'::text)))::date AS week,
    count(*) AS articles,
    ((count(a.summary))::real / (count(*))::double precision) AS summary,
    ((count(*) FILTER (WHERE (EXISTS ( SELECT
           FROM news.article_author p
          WHERE (p.article_id = a.id)))))::real / (count(*))::double precision) AS authors,
    ((count(*) FILTER (WHERE (EXISTS ( SELECT
           FROM news.article_tag p
          WHERE (p.article_id = a.id)))))::real / (count(*))::double precision) AS tags,
    ((count(a.section))::real / (count(*))::double precision) AS section,
    ((count(a.language))::real / (count(*))::double precision) AS language,
    ((count(a.published_at))::real / (count(*))::double precision) AS published_at,
    ((count(*) FILTER (WHERE (a.published_precision = 'instant'::text)))::real / (count(*))::double precision) AS published_instant,
    ((count(a.modified_at))::real / (count(*))::double precision) AS modified_at,
    ((count(a.image_url))::real / (count(*))::double precision) AS image_url,
    ((count(a.is_paywalled))::real / (count(*))::double precision) AS is_paywalled,
    ((count(a.dateline_place))::real / (count(*))::double precision) AS dateline_place,
    ((count(a.agency))::real / (count(*))::double precision) AS agency,
    (avg(a.confidence))::real AS confidence,
    percentile_disc((0.5)::double precision) WITHIN GROUP (ORDER BY a.word_count) AS words
   FROM (news.article a
     JOIN news.source s ON ((s.id = a.source_id)))
  GROUP BY s.slug, ((date_trunc('week'::text, (a.first_seen_at AT TIME ZONE 'UTC'::text)))::date);

COMMENT ON VIEW news.coverage IS 'How well each source is read: the share (0 to 1) of the articles first seen in a week that have a field. A field that falls from one week to the next is a changed template, as a rule.';

COMMENT ON COLUMN news.coverage.source IS 'Slug of the source.';

COMMENT ON COLUMN news.coverage.week IS 'Monday of the week, UTC.';

COMMENT ON COLUMN news.coverage.articles IS 'Articles first seen in it; all shares are of these.';

COMMENT ON COLUMN news.coverage.summary IS 'Share with a standfirst.';

COMMENT ON COLUMN news.coverage.authors IS 'Share with an author.';

COMMENT ON COLUMN news.coverage.tags IS 'Share with a tag.';

COMMENT ON COLUMN news.coverage.section IS 'Share with a section.';

COMMENT ON COLUMN news.coverage.language IS 'Share with a language.';

COMMENT ON COLUMN news.coverage.published_at IS 'Share with a publication time, or day.';

COMMENT ON COLUMN news.coverage.published_instant IS 'Share with a publication time to the minute or better.';

COMMENT ON COLUMN news.coverage.modified_at IS 'Share whose publisher tells of the last change.';

COMMENT ON COLUMN news.coverage.image_url IS 'Share with a lead image.';

COMMENT ON COLUMN news.coverage.is_paywalled IS 'Share whose publisher says whether they are paid for.';

COMMENT ON COLUMN news.coverage.dateline_place IS 'Share with a place in the dateline.';

COMMENT ON COLUMN news.coverage.agency IS 'Share with a news agency.';

COMMENT ON COLUMN news.coverage.confidence IS 'Mean of news.article.confidence.';

COMMENT ON COLUMN news.coverage.words IS 'Median of words in the body.';

CREATE VIEW news.daily_volume AS
 SELECT ((a.first_seen_at AT TIME ZONE 'UTC'::text))::date AS day,
    s.slug AS source,
    count(*) AS articles,
    count(*) FILTER (WHERE (a.revision > 1)) AS revised,
    count(*) FILTER (WHERE (a.agency IS NOT NULL)) AS wire,
    sum(a.word_count) AS words
   FROM (news.article a
     JOIN news.source s ON ((s.id = a.source_id)))
  WHERE (a.merged_into IS NULL)
  GROUP BY (((a.first_seen_at AT TIME ZONE 'UTC'::text))::date), s.slug;

COMMENT ON VIEW news.daily_volume IS 'Articles first seen on each day (UTC) by source.';

COMMENT ON COLUMN news.daily_volume.day IS 'Day, UTC.';

COMMENT ON COLUMN news.daily_volume.source IS 'Slug of the source.';

COMMENT ON COLUMN news.daily_volume.articles IS 'Articles first seen on it.';

COMMENT ON COLUMN news.daily_volume.revised IS 'Of these, changed since.';

COMMENT ON COLUMN news.daily_volume.wire IS 'Of these, by a news agency.';

COMMENT ON COLUMN news.daily_volume.words IS 'Words in their bodies.';

CREATE TABLE news.entity (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    place_id bigint,
    wikidata text,
    CONSTRAINT entity_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organisation'::text, 'place'::text, 'other'::text]))),
    CONSTRAINT entity_wikidata_check CHECK ((wikidata ~ '^Q[1-9][0-9]*$'::text))
);

COMMENT ON TABLE news.entity IS 'Somebody or something that articles name. Two people of one name are one entity.';

COMMENT ON COLUMN news.entity.id IS 'Surrogate key.';

COMMENT ON COLUMN news.entity.kind IS 'person, organisation, place or other (event, work, product, law).';

COMMENT ON COLUMN news.entity.name IS 'Full name as first printed, without title; of a resolved place its usual name.';

COMMENT ON COLUMN news.entity.name_key IS 'Natural key with kind: the name folded; of a resolved place its kind, country and name.';

COMMENT ON COLUMN news.entity.place_id IS 'The place, where it was resolved.';

COMMENT ON COLUMN news.entity.wikidata IS 'Wikidata item, for whoever links them; null: not linked.';

CREATE TABLE news.mention (
    article_id bigint NOT NULL,
    field text NOT NULL,
    starts integer NOT NULL,
    ends integer NOT NULL,
    surface text NOT NULL,
    kind text NOT NULL,
    entity_id bigint,
    place_id bigint,
    value jsonb,
    in_dateline boolean DEFAULT false NOT NULL,
    CONSTRAINT mention_check CHECK (((ends > starts) AND ((ends - starts) = char_length(surface)))),
    CONSTRAINT mention_check1 CHECK (((kind = ANY (ARRAY['date'::text, 'quantity'::text])) = (value IS NOT NULL))),
    CONSTRAINT mention_check2 CHECK (((kind = ANY (ARRAY['date'::text, 'quantity'::text])) = (entity_id IS NULL))),
    CONSTRAINT mention_check3 CHECK (((place_id IS NULL) OR (kind = 'place'::text))),
    CONSTRAINT mention_field_check CHECK ((field = ANY (ARRAY['title'::text, 'summary'::text, 'body'::text]))),
    CONSTRAINT mention_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organisation'::text, 'place'::text, 'other'::text, 'date'::text, 'quantity'::text]))),
    CONSTRAINT mention_starts_check CHECK ((starts >= 0))
);

COMMENT ON TABLE news.mention IS 'Where an article names somebody, a place, a date or a quantity, in its current revision. Mentions do not overlap.';

COMMENT ON COLUMN news.mention.article_id IS 'The article.';

COMMENT ON COLUMN news.mention.field IS 'title, summary or body.';

COMMENT ON COLUMN news.mention.starts IS 'First character in the field, from 0: substr(field, starts + 1, ends - starts) is the surface.';

COMMENT ON COLUMN news.mention.ends IS 'Behind the last character, from 0.';

COMMENT ON COLUMN news.mention.surface IS 'As printed.';

COMMENT ON COLUMN news.mention.kind IS 'person, organisation, place, other, date or quantity.';

COMMENT ON COLUMN news.mention.entity_id IS 'Who or what; null for dates and quantities.';

COMMENT ON COLUMN news.mention.place_id IS 'The place; null where it could not be resolved.';

COMMENT ON COLUMN news.mention.value IS 'Of a date {day, precision}: its first day, ISO 8601, and day, week, month or year. Of a quantity {value, unit, si, si_unit}: unit is a symbol (km, %), an ISO 4217 code or person; si and si_unit are there for measures only.';

COMMENT ON COLUMN news.mention.in_dateline IS 'It is the place that the dateline reports from.';

CREATE VIEW news.entity_daily AS
 SELECT e.id AS entity_id,
    e.kind,
    e.name,
    ((COALESCE(a.published_at, a.first_seen_at) AT TIME ZONE 'UTC'::text))::date AS day,
    count(DISTINCT a.id) AS articles,
    count(DISTINCT a.source_id) AS sources
   FROM ((news.entity e
     JOIN news.mention m ON ((m.entity_id = e.id)))
     JOIN news.article a ON (((a.id = m.article_id) AND (a.merged_into IS NULL))))
  GROUP BY e.id, e.kind, e.name, (((COALESCE(a.published_at, a.first_seen_at) AT TIME ZONE 'UTC'::text))::date);

COMMENT ON VIEW news.entity_daily IS 'In how many articles an entity is named, by day of publication (UTC; where unknown, of first sight).';

COMMENT ON COLUMN news.entity_daily.entity_id IS 'The entity.';

COMMENT ON COLUMN news.entity_daily.kind IS 'person, organisation, place or other.';

COMMENT ON COLUMN news.entity_daily.name IS 'As it is mostly written.';

COMMENT ON COLUMN news.entity_daily.day IS 'Day of publication (UTC), or of first sight.';

COMMENT ON COLUMN news.entity_daily.articles IS 'Articles of that day that name it.';

COMMENT ON COLUMN news.entity_daily.sources IS 'Their publishers.';

ALTER TABLE news.entity ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.entity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE news.place (
    id bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    kind text NOT NULL,
    country text NOT NULL,
    region text DEFAULT ''::text NOT NULL,
    latitude double precision,
    longitude double precision,
    population bigint,
    CONSTRAINT place_check CHECK (((latitude IS NULL) = (longitude IS NULL))),
    CONSTRAINT place_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT place_kind_check CHECK ((kind = ANY (ARRAY['country'::text, 'region'::text, 'city'::text]))),
    CONSTRAINT place_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT place_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
);

COMMENT ON TABLE news.place IS 'A place that mentions were resolved to.';

COMMENT ON COLUMN news.place.id IS 'Surrogate key.';

COMMENT ON COLUMN news.place.name IS 'Usual English name.';

COMMENT ON COLUMN news.place.name_key IS 'Part of the natural key: the name folded, without accents, case and punctuation.';

COMMENT ON COLUMN news.place.kind IS 'country, region (state, province, part of a country) or city.';

COMMENT ON COLUMN news.place.country IS 'ISO 3166-1 alpha-2.';

COMMENT ON COLUMN news.place.region IS 'First-level division (code of GeoNames), only where a larger city of the country has the same name; else empty.';

COMMENT ON COLUMN news.place.latitude IS 'Degrees, WGS 84; null for countries and regions, and where it is not known.';

COMMENT ON COLUMN news.place.longitude IS 'Degrees, WGS 84; null as latitude.';

COMMENT ON COLUMN news.place.population IS 'Inhabitants, as GeoNames has it; null: not known.';

ALTER TABLE news.place ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW news.revision_diff AS
 SELECT r.article_id,
    a.canonical_url AS url,
    r.revision,
    r.seen_at,
    r.replaced_at,
    r.changed,
    r.words_added,
    r.words_removed,
    ( SELECT string_agg(concat_ws('
'::text, (e.line ->> 'field'::text), ('- '::text || (e.line ->> 'before'::text)), ('+ '::text || (e.line ->> 'after'::text))), '
'::text ORDER BY e.place) AS string_agg
           FROM jsonb_array_elements(r.edits) WITH ORDINALITY e(line, place)) AS diff
   FROM (news.revision r
     JOIN news.article a ON ((a.id = r.article_id)));

COMMENT ON VIEW news.revision_diff IS 'What the successor of each revision changed, to read: "-" before, "+" after; a line alone was removed or added.';

COMMENT ON COLUMN news.revision_diff.article_id IS 'The article.';

COMMENT ON COLUMN news.revision_diff.url IS 'Its address now.';

COMMENT ON COLUMN news.revision_diff.revision IS 'The revision that was replaced.';

COMMENT ON COLUMN news.revision_diff.seen_at IS 'When it was first seen.';

COMMENT ON COLUMN news.revision_diff.replaced_at IS 'When its successor was.';

COMMENT ON COLUMN news.revision_diff.changed IS 'Fields that changed: title, summary, body.';

COMMENT ON COLUMN news.revision_diff.words_added IS 'Words that came.';

COMMENT ON COLUMN news.revision_diff.words_removed IS 'Words that went.';

COMMENT ON COLUMN news.revision_diff.diff IS 'The sentences that changed.';

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
    run_id text,
    kind text DEFAULT 'feed'::text NOT NULL,
    origin text DEFAULT 'declared'::text NOT NULL,
    parent_id integer,
    listed_modified timestamp with time zone,
    since timestamp with time zone,
    rhythm_s real,
    changed_at timestamp with time zone,
    listed bytea,
    gaps integer DEFAULT 0 NOT NULL,
    gap_at timestamp with time zone,
    hub text,
    topic text,
    CONSTRAINT feed_check CHECK (((origin = 'index'::text) = (parent_id IS NOT NULL))),
    CONSTRAINT feed_kind_check CHECK ((kind = ANY (ARRAY['feed'::text, 'sitemap'::text, 'listing'::text]))),
    CONSTRAINT feed_origin_check CHECK ((origin = ANY (ARRAY['declared'::text, 'index'::text, 'catch_up'::text])))
);

COMMENT ON TABLE ops.feed IS 'What is polled for a source: a feed, a sitemap or a listing page; and how its polling stands.';

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

COMMENT ON COLUMN ops.feed.kind IS 'feed (RSS, Atom, JSON), sitemap (its index, news and text forms too) or listing (a page read by the source''s recipe).';

COMMENT ON COLUMN ops.feed.origin IS 'declared; index: a sitemap that a sitemap index names; catch_up: a sitemap polled only after a gap.';

COMMENT ON COLUMN ops.feed.parent_id IS 'The sitemap index that names it.';

COMMENT ON COLUMN ops.feed.listed_modified IS 'lastmod in that index: the child is due when it changes.';

COMMENT ON COLUMN ops.feed.since IS 'Of a sitemap after a gap: entries from then on are taken up; null: the usual days.';

COMMENT ON COLUMN ops.feed.rhythm_s IS 'Mean time between its entries of the last week, seconds; null: not known.';

COMMENT ON COLUMN ops.feed.changed_at IS 'Last poll whose body was new.';

COMMENT ON COLUMN ops.feed.listed IS 'The entries of the last new body, 8 bytes of hash each: the next body must have one of them, or something was missed.';

COMMENT ON COLUMN ops.feed.gaps IS 'How often two polls in a row had no entry in common: something was missed in between.';

COMMENT ON COLUMN ops.feed.gap_at IS 'The last of these.';

COMMENT ON COLUMN ops.feed.hub IS 'WebSub hub that the feed names.';

COMMENT ON COLUMN ops.feed.topic IS 'The feed''s address as its hub knows it.';

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
    max_interval_s integer DEFAULT 86400 NOT NULL,
    cookies boolean DEFAULT false NOT NULL,
    rechecks real DEFAULT 0 NOT NULL,
    edits real DEFAULT 0 NOT NULL,
    CONSTRAINT source_connections_check CHECK ((connections >= 1)),
    CONSTRAINT source_delay_s_check CHECK ((delay_s >= (0)::double precision)),
    CONSTRAINT source_interval_s_check CHECK ((interval_s >= 1)),
    CONSTRAINT source_max_interval_s_check CHECK ((max_interval_s >= 1))
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

COMMENT ON COLUMN ops.source.max_interval_s IS 'Longest time between two polls of a feed that answers, seconds.';

COMMENT ON COLUMN ops.source.cookies IS 'Cookies are kept between the requests of one fetch task.';

COMMENT ON COLUMN ops.source.rechecks IS 'Rechecks of its articles that gave an answer; halved now and then, so that the last months count.';

COMMENT ON COLUMN ops.source.edits IS 'Of these, those that found an edit; halved along.';

CREATE VIEW news.source_health AS
 SELECT s.slug AS source,
    o.enabled,
    f.feeds,
    f.failing_feeds,
    f.last_ok_at,
    COALESCE(f.problem,
        CASE
            WHEN (f.gap_at > (now() - '1 day'::interval)) THEN 'entries of a feed were missed, then looked for in sitemaps'::text
            ELSE NULL::text
        END) AS problem,
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
    a.confidence_24h,
    f.gap_at
   FROM ((((news.source s
     JOIN ops.source o ON ((o.source_id = s.id)))
     LEFT JOIN LATERAL ( SELECT count(*) AS feeds,
            count(*) FILTER (WHERE (feed.failures > (0)::double precision)) AS failing_feeds,
            max(feed.gap_at) AS gap_at,
            max(feed.last_polled_at) AS last_polled_at,
            max(feed.last_ok_at) AS last_ok_at,
            min(feed.last_problem) AS problem
           FROM ops.feed
          WHERE ((feed.source_id = s.id) AND feed.enabled AND (feed.origin <> 'catch_up'::text))) f ON (true))
     LEFT JOIN LATERAL ( SELECT max(article.first_seen_at) AS newest_at,
            count(*) FILTER (WHERE (article.first_seen_at > (now() - '1 day'::interval))) AS day,
            count(*) AS week,
            (avg(article.confidence) FILTER (WHERE (article.first_seen_at > (now() - '1 day'::interval))))::real AS confidence_24h
           FROM news.article
          WHERE ((article.source_id = s.id) AND (article.merged_into IS NULL) AND (article.first_seen_at > (now() - '7 days'::interval)))) a ON (true))
     LEFT JOIN LATERAL ( SELECT count(*) FILTER (WHERE (frontier.state = ANY (ARRAY['waiting'::text, 'fetched'::text]))) AS waiting,
            count(*) FILTER (WHERE (frontier.state = 'quarantined'::text)) AS quarantined
           FROM ops.frontier
          WHERE ((frontier.source_id = s.id) AND (frontier.state = ANY (ARRAY['waiting'::text, 'fetched'::text, 'quarantined'::text])))) u ON (true));

COMMENT ON VIEW news.source_health IS 'How each source does, and why.';

COMMENT ON COLUMN news.source_health.source IS 'Slug of the source.';

COMMENT ON COLUMN news.source_health.enabled IS 'Whether it is polled.';

COMMENT ON COLUMN news.source_health.feeds IS 'Feeds, sitemaps and listing pages of it that are polled.';

COMMENT ON COLUMN news.source_health.failing_feeds IS 'Of these, those whose last poll failed.';

COMMENT ON COLUMN news.source_health.last_ok_at IS 'When one of them was last read.';

COMMENT ON COLUMN news.source_health.problem IS 'What is wrong with one of them; null: nothing.';

COMMENT ON COLUMN news.source_health.newest_at IS 'When its newest article was first seen; null: none in the last 7 days.';

COMMENT ON COLUMN news.source_health.articles_24h IS 'Articles first seen in the last 24 hours.';

COMMENT ON COLUMN news.source_health.articles_7d IS 'Articles first seen in the last 7 days.';

COMMENT ON COLUMN news.source_health.waiting IS 'URLs that wait to be fetched or extracted.';

COMMENT ON COLUMN news.source_health.quarantined IS 'URLs that failed for good; ops.quarantine says why.';

COMMENT ON COLUMN news.source_health.health IS 'off (not enabled), new (not yet polled), failing (every feed does), silent (nothing in 7 days), impaired (a feed fails, or URLs are quarantined) or ok.';

COMMENT ON COLUMN news.source_health.confidence_24h IS 'Mean of news.article.confidence over the last 24 hours; null: no article.';

COMMENT ON COLUMN news.source_health.gap_at IS 'When entries of a feed were last missed; null: never.';

ALTER TABLE news.source ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE news.story_article (
    article_id bigint NOT NULL,
    story_id bigint NOT NULL,
    role text NOT NULL,
    similarity real NOT NULL,
    containment real NOT NULL,
    similar_to bigint,
    appeared_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT story_article_containment_check CHECK (((containment >= (0)::double precision) AND (containment <= (1)::double precision))),
    CONSTRAINT story_article_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT story_article_role_check CHECK ((role = ANY (ARRAY['original'::text, 'wire_copy'::text, 'near_copy'::text]))),
    CONSTRAINT story_article_similarity_check CHECK (((similarity >= (0)::double precision) AND (similarity <= (1)::double precision)))
);

COMMENT ON TABLE news.story_article IS 'An article in its story; an article without copies is in none.';

COMMENT ON COLUMN news.story_article.article_id IS 'The article: in one story at the most.';

COMMENT ON COLUMN news.story_article.story_id IS 'The story.';

COMMENT ON COLUMN news.story_article.role IS 'original: the earliest, or the agency''s own article; wire_copy: an agency''s text; near_copy: another''s text, or its own again.';

COMMENT ON COLUMN news.story_article.similarity IS 'Share of the five-word shingles (characters in Chinese, Japanese, Thai …) that it has in common with similar_to, of all that both have (Jaccard).';

COMMENT ON COLUMN news.story_article.containment IS 'The same share, of the shingles of the shorter of both.';

COMMENT ON COLUMN news.story_article.similar_to IS 'The article that it was most like when it was compared.';

COMMENT ON COLUMN news.story_article.appeared_at IS 'When it appeared, as in news.story.first_at.';

COMMENT ON COLUMN news.story_article.reason IS 'Why it has that role.';

COMMENT ON COLUMN news.story_article.joined_at IS 'When it joined the story.';

ALTER TABLE news.story ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME news.story_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW news.story_spread AS
 SELECT m.story_id,
    s.title,
    s.agency,
    first_value(c.slug) OVER spread AS first_source,
    first_value(m.appeared_at) OVER spread AS first_at,
    row_number() OVER spread AS place,
    c.slug AS source,
    m.role,
    m.appeared_at,
    (m.appeared_at - first_value(m.appeared_at) OVER spread) AS delay,
    m.similarity,
    m.reason,
    m.article_id,
    a.canonical_url AS url,
    (s.size - 1) AS copies,
    s.sources
   FROM (((news.story s
     JOIN news.story_article m ON ((m.story_id = s.id)))
     JOIN news.article a ON (((a.id = m.article_id) AND (a.merged_into IS NULL))))
     JOIN news.source c ON ((c.id = a.source_id)))
  WINDOW spread AS (PARTITION BY m.story_id ORDER BY m.appeared_at, m.article_id);

COMMENT ON VIEW news.story_spread IS 'How each story spread: its articles in the order in which they appeared, each with its source, role and delay.';

COMMENT ON COLUMN news.story_spread.story_id IS 'The story.';

COMMENT ON COLUMN news.story_spread.title IS 'Headline of the original, or of the earliest article.';

COMMENT ON COLUMN news.story_spread.agency IS 'The news agency whose text it is; null: none is named.';

COMMENT ON COLUMN news.story_spread.first_source IS 'The publisher that had it first.';

COMMENT ON COLUMN news.story_spread.first_at IS 'When.';

COMMENT ON COLUMN news.story_spread.place IS '1: the first to have it.';

COMMENT ON COLUMN news.story_spread.source IS 'The publisher of this article.';

COMMENT ON COLUMN news.story_spread.role IS 'original, wire_copy or near_copy, as in news.story_article.';

COMMENT ON COLUMN news.story_spread.appeared_at IS 'When this article appeared.';

COMMENT ON COLUMN news.story_spread.delay IS 'Time after the first.';

COMMENT ON COLUMN news.story_spread.similarity IS 'Share of shingles in common with the most similar article of the story.';

COMMENT ON COLUMN news.story_spread.reason IS 'Why it has that role.';

COMMENT ON COLUMN news.story_spread.article_id IS 'The article.';

COMMENT ON COLUMN news.story_spread.url IS 'Its address.';

COMMENT ON COLUMN news.story_spread.copies IS 'Articles of the story besides the first.';

COMMENT ON COLUMN news.story_spread.sources IS 'Publishers that carry it.';

ALTER TABLE news.tag ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME news.tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE ops.backfill (
    source_id integer NOT NULL,
    url text NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    state text NOT NULL,
    problem text,
    listed integer DEFAULT 0 NOT NULL,
    new integer DEFAULT 0 NOT NULL,
    run_id text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT backfill_state_check CHECK ((state = ANY (ARRAY['done'::text, 'failed'::text])))
);

COMMENT ON TABLE ops.backfill IS 'A file that a backfill has read for a time span (sitemap, WARC, list of URLs): a repeated backfill goes on behind it.';

COMMENT ON COLUMN ops.backfill.source_id IS 'The source it was read for.';

COMMENT ON COLUMN ops.backfill.url IS 'Address of the sitemap, or name of the file.';

COMMENT ON COLUMN ops.backfill.since IS 'Start of the span.';

COMMENT ON COLUMN ops.backfill.until IS 'End of the span, not in it.';

COMMENT ON COLUMN ops.backfill.state IS 'done, or failed (tried again by the next backfill of that span).';

COMMENT ON COLUMN ops.backfill.problem IS 'Why it failed; null: it did not.';

COMMENT ON COLUMN ops.backfill.listed IS 'URLs in it that fall into the span.';

COMMENT ON COLUMN ops.backfill.new IS 'Of these, not known before.';

COMMENT ON COLUMN ops.backfill.run_id IS 'The run that read it.';

COMMENT ON COLUMN ops.backfill.at IS 'When.';

CREATE TABLE ops.entity_work (
    article_id bigint NOT NULL,
    due_since timestamp with time zone DEFAULT clock_timestamp(),
    tagger text,
    done_at timestamp with time zone,
    problem text
);

COMMENT ON TABLE ops.entity_work IS 'Which articles are still to be read for mentions; one row an article.';

COMMENT ON COLUMN ops.entity_work.article_id IS 'The article.';

COMMENT ON COLUMN ops.entity_work.due_since IS 'When it came or was last edited; null: its mentions are up to date.';

COMMENT ON COLUMN ops.entity_work.tagger IS 'Who read it last: rules, or rules and a model with its version.';

COMMENT ON COLUMN ops.entity_work.done_at IS 'When.';

COMMENT ON COLUMN ops.entity_work.problem IS 'The error that reading it ended with; null: none.';

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
    robots_hash bytea,
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

COMMENT ON COLUMN ops."fetch".robots_hash IS 'First 16 bytes of SHA-256 of the robots.txt that was obeyed; null: there is none, or it was not asked.';

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
    robots_hash bytea,
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
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    slowdown real DEFAULT 1 NOT NULL,
    CONSTRAINT host_slowdown_check CHECK ((slowdown >= (1)::double precision))
);

COMMENT ON TABLE ops.host IS 'What is known of a host: its robots.txt and its pace.';

COMMENT ON COLUMN ops.host.host IS 'host or host:port.';

COMMENT ON COLUMN ops.host.robots IS 'robots.txt as fetched; null: none.';

COMMENT ON COLUMN ops.host.robots_status IS 'HTTP status of robots.txt; null: never reached.';

COMMENT ON COLUMN ops.host.robots_expires_at IS 'When robots.txt is fetched again.';

COMMENT ON COLUMN ops.host.next_at IS 'Earliest request that no task has reserved yet.';

COMMENT ON COLUMN ops.host.blocked_until IS 'The host asked to wait, or failed, until then.';

COMMENT ON COLUMN ops.host.latency_s IS 'Smoothed response time, seconds.';

COMMENT ON COLUMN ops.host.updated_at IS 'Last change of this row.';

COMMENT ON COLUMN ops.host.slowdown IS 'Factor on the time between requests: doubled by a burst of 429 or 503, fading with good answers.';

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

CREATE TABLE ops.search_work (
    id bigint NOT NULL,
    article_id bigint NOT NULL
);

COMMENT ON TABLE ops.search_work IS 'Articles to be indexed for search, perhaps more than once.';

COMMENT ON COLUMN ops.search_work.id IS 'Order in which they are taken.';

COMMENT ON COLUMN ops.search_work.article_id IS 'The article; it may be deleted since.';

ALTER TABLE ops.search_work ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ops.search_work_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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
ALTER TABLE ONLY ops.staging ALTER COLUMN provenance SET COMPRESSION lz4;
ALTER TABLE ONLY ops.staging ALTER COLUMN body_html SET COMPRESSION lz4;

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

CREATE TABLE ops.story_key (
    key bigint NOT NULL,
    article_id bigint NOT NULL
);

COMMENT ON TABLE ops.story_key IS 'MinHash keys of articles: those with a key in common may be copies.';

COMMENT ON COLUMN ops.story_key.key IS 'Of one of the bands of its MinHash; of all of it, for a short text.';

COMMENT ON COLUMN ops.story_key.article_id IS 'The article; a key has a bounded number of them, the first.';

CREATE TABLE ops.story_queue (
    article_id bigint NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE ops.story_queue IS 'Articles whose text is not yet compared: new or revised ones, put here in the transaction that loads them.';

COMMENT ON COLUMN ops.story_queue.article_id IS 'The article.';

COMMENT ON COLUMN ops.story_queue.queued_at IS 'Since when.';

CREATE TABLE ops.sweep (
    task text NOT NULL,
    reached bigint
);

COMMENT ON TABLE ops.sweep IS 'How far housekeeping has looked through a table, a bounded piece a run, in search of rows that nothing needs any more.';

COMMENT ON COLUMN ops.sweep.task IS 'The query of sql/queries/housekeeping.sql.';

COMMENT ON COLUMN ops.sweep.reached IS 'The last id or key that was looked at; null: it begins anew.';

CREATE TABLE ops.websub (
    feed_id integer NOT NULL,
    hub text NOT NULL,
    topic text NOT NULL,
    token text NOT NULL,
    secret text NOT NULL,
    state text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    verified_at timestamp with time zone,
    expires_at timestamp with time zone,
    pushed_at timestamp with time zone,
    pushes integer DEFAULT 0 NOT NULL,
    seen integer DEFAULT 0 NOT NULL,
    problem text,
    CONSTRAINT websub_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'denied'::text, 'failed'::text])))
);

COMMENT ON TABLE ops.websub IS 'A subscription at a WebSub hub, for a feed that names one.';

COMMENT ON COLUMN ops.websub.feed_id IS 'The feed.';

COMMENT ON COLUMN ops.websub.hub IS 'The hub that was asked.';

COMMENT ON COLUMN ops.websub.topic IS 'The feed as the hub knows it.';

COMMENT ON COLUMN ops.websub.token IS 'The part of the callback''s address that nobody can guess.';

COMMENT ON COLUMN ops.websub.secret IS 'Key of the signatures of what the hub sends.';

COMMENT ON COLUMN ops.websub.state IS 'pending (asked, not yet verified), active, denied (by the hub) or failed (the hub does not answer).';

COMMENT ON COLUMN ops.websub.requested_at IS 'When the hub was last asked.';

COMMENT ON COLUMN ops.websub.next_at IS 'When it is asked again: a retry, or the renewal.';

COMMENT ON COLUMN ops.websub.failures IS 'Requests since the hub last verified one.';

COMMENT ON COLUMN ops.websub.verified_at IS 'When the hub last verified it.';

COMMENT ON COLUMN ops.websub.expires_at IS 'When it ends unless it is renewed.';

COMMENT ON COLUMN ops.websub.pushed_at IS 'When the hub last sent something whose signature was right.';

COMMENT ON COLUMN ops.websub.pushes IS 'How often it did.';

COMMENT ON COLUMN ops.websub.seen IS 'How many of these had come when a run last made the feed due.';

COMMENT ON COLUMN ops.websub.problem IS 'What was last wrong; null: nothing.';

ALTER TABLE ONLY ops."fetch" ATTACH PARTITION ops.fetch_default DEFAULT;

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_pkey PRIMARY KEY (article_id, "position");

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.article_search
    ADD CONSTRAINT article_search_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_pkey PRIMARY KEY (article_id, tag_id);

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY news.author
    ADD CONSTRAINT author_name_key_key UNIQUE (name_key);

ALTER TABLE ONLY news.author
    ADD CONSTRAINT author_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.entity
    ADD CONSTRAINT entity_kind_name_key_key UNIQUE (kind, name_key);

ALTER TABLE ONLY news.entity
    ADD CONSTRAINT entity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.mention
    ADD CONSTRAINT mention_pkey PRIMARY KEY (article_id, field, starts);

ALTER TABLE ONLY news.place
    ADD CONSTRAINT place_country_kind_name_key_region_key UNIQUE (country, kind, name_key, region);

ALTER TABLE ONLY news.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (article_id, revision);

ALTER TABLE ONLY news.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.source
    ADD CONSTRAINT source_slug_key UNIQUE (slug);

ALTER TABLE ONLY news.story_article
    ADD CONSTRAINT story_article_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY news.story
    ADD CONSTRAINT story_pkey PRIMARY KEY (id);

ALTER TABLE ONLY news.tag
    ADD CONSTRAINT tag_name_key_key UNIQUE (name_key);

ALTER TABLE ONLY news.tag
    ADD CONSTRAINT tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.backfill
    ADD CONSTRAINT backfill_pkey PRIMARY KEY (source_id, url, since, until);

ALTER TABLE ONLY ops.entity_work
    ADD CONSTRAINT entity_work_pkey PRIMARY KEY (article_id);

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

ALTER TABLE ONLY ops.search_work
    ADD CONSTRAINT search_work_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (source_id);

ALTER TABLE ONLY ops.staging
    ADD CONSTRAINT staging_pkey PRIMARY KEY (id);

ALTER TABLE ONLY ops.story_key
    ADD CONSTRAINT story_key_pkey PRIMARY KEY (key, article_id);

ALTER TABLE ONLY ops.story_queue
    ADD CONSTRAINT story_queue_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY ops.sweep
    ADD CONSTRAINT sweep_pkey PRIMARY KEY (task);

ALTER TABLE ONLY ops.websub
    ADD CONSTRAINT websub_pkey PRIMARY KEY (feed_id);

ALTER TABLE ONLY ops.websub
    ADD CONSTRAINT websub_token_key UNIQUE (token);

CREATE INDEX article_agency ON news.article USING btree (agency, published_at DESC) WHERE (agency IS NOT NULL);

CREATE INDEX article_author_author ON news.article_author USING btree (author_id);

CREATE INDEX article_first_seen ON news.article USING btree (first_seen_at DESC);

CREATE INDEX article_merged ON news.article USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX article_published ON news.article USING btree (published_at DESC NULLS LAST);

CREATE INDEX article_search_config ON news.article_search USING btree (config, published_at);

CREATE INDEX article_search_vector ON news.article_search USING gin (vector);

CREATE INDEX article_source_published ON news.article USING btree (source_id, published_at DESC NULLS LAST);

CREATE INDEX article_tag_tag ON news.article_tag USING btree (tag_id);

CREATE INDEX change_article ON news.change USING btree (article_id);

CREATE INDEX change_at ON news.change USING btree (at);

CREATE INDEX entity_name ON news.entity USING btree (name);

CREATE INDEX mention_entity ON news.mention USING btree (entity_id, article_id) WHERE (entity_id IS NOT NULL);

CREATE INDEX mention_place ON news.mention USING btree (place_id, article_id) WHERE (place_id IS NOT NULL);

CREATE INDEX revision_replaced ON news.revision USING btree (replaced_at DESC);

CREATE INDEX revision_span ON news.revision USING gist (tstzrange(LEAST(seen_at, replaced_at), replaced_at));

CREATE INDEX story_article_similar ON news.story_article USING btree (similar_to);

CREATE INDEX story_article_story ON news.story_article USING btree (story_id);

CREATE INDEX story_last ON news.story USING btree (last_at DESC) WHERE (size > 0);

CREATE INDEX story_merged ON news.story USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX entity_work_due ON ops.entity_work USING btree (article_id) WHERE (due_since IS NOT NULL);

CREATE INDEX entity_work_tagger ON ops.entity_work USING btree (tagger);

CREATE INDEX feed_due ON ops.feed USING btree (next_poll_at) WHERE enabled;

CREATE INDEX feed_parent ON ops.feed USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX feed_source ON ops.feed USING btree (source_id);

CREATE INDEX fetch_frontier ON ONLY ops."fetch" USING btree (frontier_id) WHERE (frontier_id IS NOT NULL);

CREATE INDEX fetch_default_frontier_id_idx ON ops.fetch_default USING btree (frontier_id) WHERE (frontier_id IS NOT NULL);

CREATE INDEX fetch_run ON ONLY ops."fetch" USING btree (run_id);

CREATE INDEX fetch_default_run_id_idx ON ops.fetch_default USING btree (run_id);

CREATE INDEX frontier_article ON ops.frontier USING btree (article_id) WHERE (article_id IS NOT NULL);

CREATE INDEX frontier_due ON ops.frontier USING btree (bucket, source_id, priority, due_at DESC) WHERE (due_at IS NOT NULL);

CREATE INDEX frontier_fetched ON ops.frontier USING btree (archive_file) WHERE (state = 'fetched'::text);

CREATE INDEX frontier_open ON ops.frontier USING btree (source_id, state) WHERE (state = ANY (ARRAY['waiting'::text, 'fetched'::text, 'quarantined'::text]));

CREATE INDEX frontier_run ON ops.frontier USING btree (run_id);

CREATE INDEX run_started ON ops.run USING btree (started_at DESC);

CREATE INDEX staging_file ON ops.staging USING btree (archive_file);

ALTER INDEX ops.fetch_frontier ATTACH PARTITION ops.fetch_default_frontier_id_idx;

ALTER INDEX ops.fetch_run ATTACH PARTITION ops.fetch_default_run_id_idx;

CREATE OR REPLACE VIEW news.article_entities AS
 SELECT m.article_id,
    e.kind,
    e.name,
    count(*) AS mentions,
    bool_or((m.field = 'title'::text)) AS in_title,
    bool_or(m.in_dateline) AS in_dateline,
    p.country,
    p.latitude,
    p.longitude,
    e.id AS entity_id
   FROM ((news.mention m
     JOIN news.entity e ON ((e.id = m.entity_id)))
     LEFT JOIN news.place p ON ((p.id = e.place_id)))
  GROUP BY m.article_id, e.id, p.id;

CREATE TRIGGER note_changed_article AFTER UPDATE OF content_hash, language, published_at, source_id ON news.article FOR EACH ROW WHEN (((((old.content_hash IS DISTINCT FROM new.content_hash) OR (old.language IS DISTINCT FROM new.language)) OR (old.published_at IS DISTINCT FROM new.published_at)) OR (old.source_id IS DISTINCT FROM new.source_id))) EXECUTE FUNCTION ops.note_changed_article();

CREATE TRIGGER open_change_feed BEFORE INSERT ON news.change FOR EACH STATEMENT EXECUTE FUNCTION ops.open_change_feed();

CREATE TRIGGER want_entities_again AFTER UPDATE ON news.article FOR EACH ROW WHEN (((((((((old.title IS DISTINCT FROM new.title) OR (old.summary IS DISTINCT FROM new.summary)) OR (old.body IS DISTINCT FROM new.body)) OR (old.language IS DISTINCT FROM new.language)) OR (old.published_at IS DISTINCT FROM new.published_at)) OR (old.published_precision IS DISTINCT FROM new.published_precision)) OR (old.dateline_place IS DISTINCT FROM new.dateline_place)) OR (old.dateline_country IS DISTINCT FROM new.dateline_country))) EXECUTE FUNCTION ops.want_entities_again();

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.article_author
    ADD CONSTRAINT article_author_author_id_fkey FOREIGN KEY (author_id) REFERENCES news.author(id);

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES news.article(id);

ALTER TABLE ONLY news.article_search
    ADD CONSTRAINT article_search_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id);

ALTER TABLE ONLY news.article
    ADD CONSTRAINT article_story_id_fkey FOREIGN KEY (story_id) REFERENCES news.story(id);

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.article_tag
    ADD CONSTRAINT article_tag_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES news.tag(id);

ALTER TABLE ONLY news.entity
    ADD CONSTRAINT entity_place_id_fkey FOREIGN KEY (place_id) REFERENCES news.place(id);

ALTER TABLE ONLY news.mention
    ADD CONSTRAINT mention_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.mention
    ADD CONSTRAINT mention_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES news.entity(id);

ALTER TABLE ONLY news.mention
    ADD CONSTRAINT mention_place_id_fkey FOREIGN KEY (place_id) REFERENCES news.place(id);

ALTER TABLE ONLY news.revision
    ADD CONSTRAINT revision_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.story_article
    ADD CONSTRAINT story_article_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY news.story_article
    ADD CONSTRAINT story_article_similar_to_fkey FOREIGN KEY (similar_to) REFERENCES news.article(id) ON DELETE SET NULL;

ALTER TABLE ONLY news.story_article
    ADD CONSTRAINT story_article_story_id_fkey FOREIGN KEY (story_id) REFERENCES news.story(id);

ALTER TABLE ONLY news.story
    ADD CONSTRAINT story_first_article_fkey FOREIGN KEY (first_article) REFERENCES news.article(id) ON DELETE SET NULL;

ALTER TABLE ONLY news.story
    ADD CONSTRAINT story_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES news.story(id);

ALTER TABLE ONLY ops.backfill
    ADD CONSTRAINT backfill_source_id_fkey FOREIGN KEY (source_id) REFERENCES news.source(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.entity_work
    ADD CONSTRAINT entity_work_article_id_fkey FOREIGN KEY (article_id) REFERENCES news.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY ops.feed
    ADD CONSTRAINT feed_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES ops.feed(id) ON DELETE CASCADE;

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

ALTER TABLE ONLY ops.websub
    ADD CONSTRAINT websub_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES ops.feed(id) ON DELETE CASCADE;
