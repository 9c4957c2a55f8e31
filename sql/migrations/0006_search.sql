-- Full-text search over articles, in the language of each, without extensions.
--
-- A text loses its accents and is then stemmed by the configuration of its language, as the query is:
-- "Sao Paulo" finds "São Paulo" (the extension unaccent does the same, where it is installed; a function
-- is the same everywhere). Chinese, Japanese, Thai and others that put no spaces between words, and
-- Korean, are cut into pairs of characters; a query in them is a phrase of pairs. Vectors are built by
-- `index_search`, not by the load: that would take several times as long.

create function news.search_config(language text) returns text
    language sql stable parallel safe
    return coalesce(
        (select c.cfgname::text
         from unnest(
             array['ar', 'hy', 'eu', 'ca', 'da', 'nl', 'en', 'et', 'fi', 'fr', 'de', 'el', 'hi', 'hu', 'id', 'ga', 'it',
                   'lt', 'ne', 'no', 'nb', 'nn', 'pt', 'ro', 'ru', 'sr', 'es', 'sv', 'ta', 'tr', 'yi'],
             array['arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'estonian', 'finnish',
                   'french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian',
                   'nepali', 'norwegian', 'norwegian', 'norwegian', 'portuguese', 'romanian', 'russian', 'serbian',
                   'spanish', 'swedish', 'tamil', 'turkish', 'yiddish']) as known (tag, name)
         join pg_ts_config c on c.cfgname = known.name and c.cfgnamespace = 'pg_catalog'::regnamespace
         where known.tag = lower(split_part(language, '-', 1))),
        'simple');
comment on function news.search_config(text) is 'The text search configuration for a BCP 47 language; simple (words as they stand) where this Postgres has none.';

-- Marks are taken off Latin and Greek letters only: a Cyrillic й without its breve is another letter.
create function news.fold(word text) returns text
    language sql immutable strict parallel safe
    return case when octet_length(word) = char_length(word) then word
                else translate(normalize(regexp_replace(normalize(word, NFD),
                         '([A-Za-zΑ-Ωα-ω])[\u0300-\u036f]+', '\1', 'g'), NFC), 'łŁøØđĐðÐıħĦёЁ', 'lLoOdDdDihHеЕ') end;
comment on function news.fold(text) is 'A text without the accents of its Latin and Greek letters; its length stays the same.';

create function news.unspaced() returns text
    language sql immutable parallel safe
    return '[\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1780-\u17d3\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]';
comment on function news.unspaced() is 'A regular expression for one character of Thai, Lao, Burmese, Khmer, Japanese, Chinese or Korean.';

-- Every such character is written twice: ABC becomes "A AB BC C", pairs with the ends as single characters.
create function news.spread(body text) returns text
    language sql immutable strict parallel safe
    return case when octet_length(body) = char_length(body) or body !~ news.unspaced() then body
                else regexp_replace(regexp_replace(regexp_replace(body,
                         '([A-Za-z0-9])(?=' || news.unspaced() || ')', '\1 ', 'g'),
                         '(' || news.unspaced() || ')(?=[A-Za-z0-9])', '\1 ', 'g'),
                         '(' || news.unspaced() || ')', '\1 \1', 'g') end;
comment on function news.spread(text) is 'A text whose scripts without spaces are cut into pairs of characters: "ABC" becomes "A AB BC C".';

create function news.unspread(body text) returns text
    language sql immutable strict parallel safe
    return case when octet_length(body) = char_length(body) or body !~ news.unspaced() then body
                else regexp_replace(regexp_replace(regexp_replace(body,
                         '(' || news.unspaced() || ')\ue001 \ue000\1', '\1', 'g'),
                         '(' || news.unspaced() || ') \ue000\1', U&'\E000' || '\1', 'g'),
                         '(' || news.unspaced() || ')(\ue001?) \1', '\1\2', 'g') end;
comment on function news.unspread(text) is 'Undoes news.spread, also where pairs are marked (see news.excerpt).';

-- Positions end at 16,383, and a vector at 1 MB: 50,000 characters reach neither.
create function news.search_vector(title text, summary text, body text, config text) returns tsvector
    language sql stable parallel safe
    return setweight(to_tsvector(config::regconfig, news.spread(news.fold(title))), 'A')
        || setweight(to_tsvector(config::regconfig, news.spread(news.fold(coalesce(summary, '')))), 'B')
        || setweight(to_tsvector(config::regconfig, news.spread(news.fold(left(body, 50000)))), 'C');
comment on function news.search_vector(text, text, text, text) is 'What is indexed of an article: title (weight A), summary (B) and the first 50,000 characters of the body (C).';

-- A run of unspaced characters is put in quotes and loses its single ends: "⟨A AB BC C⟩" becomes
-- "AB BC". One such character alone finds every pair that begins with it.
create function news.search_query(query text, config text) returns tsquery
    language sql stable parallel safe
    return (with quoted as (
        select regexp_replace(regexp_replace(news.spread(regexp_replace(news.fold(normalize(query)),
            '(' || news.unspaced() || '+)', case when query ~ '"' then '⟨\1⟩' else '"⟨\1⟩"' end, 'g')),
            '⟨' || news.unspaced() || ' ', '', 'g'), ' ' || news.unspaced() || '⟩', '', 'g') as words
    ) select regexp_replace(websearch_to_tsquery(config::regconfig, words)::text,
            '''(' || news.unspaced() || ')''', '''\1'':*', 'g')::tsquery from quoted);
comment on function news.search_query(text, text) is 'A query as people type it (words, "a phrase", or, -without) for texts of a configuration.';

-- The passage is chosen and marked (U+E000, U+E001) in the text as it was indexed; folding keeps lengths,
-- so the same place of the text as published is shown. Where the two do not align it stays folded.
create function news.excerpt(body text, terms tsquery, config text) returns text
    language plpgsql stable parallel safe
as $$
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
comment on function news.excerpt(text, tsquery, text) is 'A passage of a text on one line, with the words found in « ».';

create table news.article_search (
    article_id   bigint primary key references news.article on delete cascade,
    source_id    integer not null,
    language     text,
    config       text not null,
    published_at timestamptz not null,
    title        text not null,
    content_hash bytea not null,
    vector       tsvector not null
) with (toast_tuple_target = 256);
-- The low toast_tuple_target keeps vectors out of the row, which stays narrow: what the index finds is then
-- cheap to sort. lz4 halves them (see 0001).
do $$
begin
    execute 'alter table news.article_search alter column vector set compression lz4';
exception when feature_not_supported or invalid_parameter_value then null;
end $$;
create index article_search_vector on news.article_search using gin (vector);
create index article_search_config on news.article_search (config, published_at);
comment on table news.article_search is 'The search index: an article as its current revision is found. Ask it by news.search.';
comment on column news.article_search.article_id is 'The article.';
comment on column news.article_search.source_id is 'As news.article.source_id.';
comment on column news.article_search.language is 'As news.article.language.';
comment on column news.article_search.config is 'Text search configuration by which it was indexed: news.search_config(language).';
comment on column news.article_search.published_at is 'When it was published; where that is unknown, first seen.';
comment on column news.article_search.title is 'The headline in lower case without accents, for news.find_title.';
comment on column news.article_search.content_hash is 'news.article.content_hash of the text that was indexed.';
comment on column news.article_search.vector is 'news.search_vector of that text.';

-- A row is only ever added, in the transaction that changes the article, and taken by the indexer: so
-- nothing is missed however transactions overlap, and no loader waits. Hence no unique article_id: a
-- loader that found its row there already would lose its change to an indexer that is just taking it.
create table ops.search_work (
    id         bigint generated always as identity primary key,
    article_id bigint not null
);
comment on table ops.search_work is 'Articles to be indexed for search, perhaps more than once.';
comment on column ops.search_work.id is 'Order in which they are taken.';
comment on column ops.search_work.article_id is 'The article; it may be deleted since.';

create function ops.note_changed_article() returns trigger language plpgsql as $$
begin
    insert into ops.search_work (article_id) values (new.id);
    return null;
end $$;
comment on function ops.note_changed_article() is 'Puts an article on the list of search work.';
-- New articles are listed by the load, of which there is one: a trigger on inserts has to copy every row.
create trigger note_changed_article after update of content_hash, language, published_at, source_id on news.article
    for each row when ((old.content_hash, old.language, old.published_at, old.source_id)
        is distinct from (new.content_hash, new.language, new.published_at, new.source_id))
    execute function ops.note_changed_article();
insert into ops.search_work (article_id) select id from news.article order by id;

-- Planned anew for each query, by how common its words are; one plan for each configuration that occurs.
create function news.matches(
    query text, since timestamptz default null, until timestamptz default null, source text default null,
    language text default null
) returns table (article_id bigint, published_at timestamptz, source_id integer, config text, terms tsquery)
    language plpgsql stable parallel safe
    set jit = off set plan_cache_mode = force_custom_plan set client_min_messages = warning
as $$
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
        return query
        select s.article_id, s.published_at, s.source_id, s.config, matches.terms
        from news.article_search s
        where s.vector @@ matches.terms and s.config = matches.config
          and s.published_at >= coalesce(matches.since, '-infinity') and s.published_at < coalesce(matches.until, 'infinity')
          and (matches.source is null or s.source_id = only_source)
          and (matches.language is null or s.language = matches.language or s.language like matches.language || '-%');
    end loop;
end $$;
comment on function news.matches(text, timestamptz, timestamptz, text, text) is 'All articles that a query finds, without order: for counting. Arguments as of news.search.';

create function news.search(
    query text, since timestamptz default null, until timestamptz default null, source text default null,
    language text default null, max integer default 50
) returns table (article_id bigint, url text, title text, source text, published_at timestamptz, rank real, headline text)
    language sql stable parallel safe
    set jit = off set client_min_messages = warning
    set enable_hashjoin = off set enable_mergejoin = off  -- few rows by key, whatever the planner expects
as $$
    with newest as materialized (
        select * from news.matches(query, since, until, source, language) m
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
comment on function news.search(text, timestamptz, timestamptz, text, text, integer) is 'Articles for a query (words, "a phrase", or, -without) in any language, best first: of the newest 1,000 that match, published (or else first seen) from since until before until, of a source (slug), in a language (pt: also pt-BR). headline is a passage with the words found in « »; accents do not matter.';

-- Both use pg_trgm where it is (sql/trigram.sql); without it they look for the text as it stands.
create function news.find_title(words text, max integer default 20)
    returns table (article_id bigint, url text, title text, source text, published_at timestamptz, similarity real)
    language plpgsql stable
as $$
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
end $$;
comment on function news.find_title(text, integer) is 'Articles by words of their headline, spelt somehow (with the extension pg_trgm; without it, as they stand), most similar first.';

create function news.find_author(name text, max integer default 20)
    returns table (author_id bigint, author text, articles bigint, similarity real)
    language plpgsql stable
as $$
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
end $$;
comment on function news.find_author(text, integer) is 'Authors by a name spelt somehow (with the extension pg_trgm; without it, as it stands), most similar first.';
