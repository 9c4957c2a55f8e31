-- Indexes for news.find_title and news.find_author, applied after every migration: they need the
-- extension pg_trgm, which an administrator may add later; the functions work without, slower and
-- without mercy for misspellings.
do $$
begin
    if not exists (select from pg_extension where extname = 'pg_trgm') then
        create extension pg_trgm;
    end if;
exception
    when insufficient_privilege or undefined_file or feature_not_supported then
        raise notice 'extension pg_trgm was not created (%): an administrator has to run, in this database: create extension pg_trgm; then `dateline db migrate` adds its indexes', sqlerrm;
end $$;
do $$
declare
    home text := (select extnamespace::regnamespace::text from pg_extension where extname = 'pg_trgm');
begin
    if home is not null and to_regclass('news.article_search_title') is null then
        execute format('create index article_search_title on news.article_search using gin (title %s.gin_trgm_ops)', home);
    end if;
    if home is not null and to_regclass('news.author_name') is null then
        execute format('create index author_name on news.author using gin (news.fold(name_key) %s.gin_trgm_ops)', home);
    end if;
end $$;
