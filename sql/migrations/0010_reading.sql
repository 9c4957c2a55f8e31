-- Reading a million articles: common words, and what stood at an instant.

-- A search takes the newest 1,000 that match. Asked for them in order, the planner may walk back in time
-- and stop early where words are common, instead of collecting all that ever had them.

drop function news.search(text, timestamptz, timestamptz, text, text, integer);
drop function news.matches(text, timestamptz, timestamptz, text, text);
create function news.matches(
    query text, since timestamptz default null, until timestamptz default null, source text default null,
    language text default null, newest integer default null
) returns table (article_id bigint, published_at timestamptz, source_id integer, config text, terms tsquery)
    language plpgsql stable parallel safe
    set jit = off set client_min_messages = warning
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
        return query execute
            'select s.article_id, s.published_at, s.source_id, s.config, $1 from news.article_search s
             where s.vector @@ $1 and s.config = $2 and s.published_at >= $3 and s.published_at < $4'
            || case when matches.source is not null then ' and s.source_id = $5' else '' end
            || case when matches.language is not null then ' and (s.language = $6 or s.language like $6 || ''-%'')' else '' end
            || case when newest is not null then ' order by s.published_at desc, s.article_id desc limit $7' else '' end
            using matches.terms, matches.config, coalesce(matches.since, '-infinity'), coalesce(matches.until, 'infinity'),
                  only_source, matches.language, newest;
    end loop;
end $$;
comment on function news.matches(text, timestamptz, timestamptz, text, text, integer) is 'All articles that a query finds, without order: for counting; or so many of the newest in each language. Arguments as of news.search.';

create function news.search(
    query text, since timestamptz default null, until timestamptz default null, source text default null,
    language text default null, max integer default 50
) returns table (article_id bigint, url text, title text, source text, published_at timestamptz, rank real, headline text)
    language sql stable parallel safe
    set jit = off set client_min_messages = warning
    set enable_hashjoin = off set enable_mergejoin = off  -- few rows by key, whatever the planner expects
as $$
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
comment on function news.search(text, timestamptz, timestamptz, text, text, integer) is 'Articles for a query (words, "a phrase", or, -without) in any language, best first: of the newest 1,000 that match, published (or else first seen) from since until before until, of a source (slug), in a language (pt: also pt-BR). headline is a passage with the words found in « »; accents do not matter.';

-- Which revisions stood at an instant: by an index on their spans, not by all that there ever were. A span
-- that would end before it began is empty.
create index revision_span on news.revision using gist (tstzrange(least(seen_at, replaced_at), replaced_at));
create or replace function news.as_of(instant timestamptz)
    returns table (article_id bigint, source_id integer, url text, kind text, title text, summary text, body text,
                   language text, section text, published_at timestamptz, published_precision text,
                   first_seen_at timestamptz, revision integer, seen_at timestamptz)
    language sql stable parallel safe rows 10000
begin atomic
    select a.id, a.source_id, a.canonical_url, a.kind, a.title, a.summary, a.body, a.language, a.section,
           a.published_at, a.published_precision, a.first_seen_at, a.revision, a.revised_at
    from news.article a
    where a.first_seen_at <= instant and a.revised_at <= instant
      and (a.absences is null or not a.absences @> instant)
    union all
    select a.id, a.source_id, a.canonical_url, a.kind, r.title, r.summary, r.body, a.language, a.section,
           a.published_at, a.published_precision, a.first_seen_at, r.revision, r.seen_at
    from news.article a join news.revision r on r.article_id = a.id
    where a.first_seen_at <= instant and a.revised_at > instant and a.revision > 1
      and tstzrange(least(r.seen_at, r.replaced_at), r.replaced_at) @> instant
      and (a.absences is null or not a.absences @> instant);
end;
