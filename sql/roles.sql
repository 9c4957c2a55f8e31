-- The reading role, applied after every migration. Roles belong to the whole server, so it may exist
-- already; an owner without CREATEROLE goes on without it and says so.
do $$
begin
    if not exists (select from pg_roles where rolname = 'dateline_reader') then
        create role dateline_reader nologin;
    end if;
exception
    when insufficient_privilege then
        raise notice 'role dateline_reader was not created: a superuser has to run: create role dateline_reader; then `dateline db migrate` grants it what it may';
    when duplicate_object or unique_violation then null;
end $$;
do $$
begin
    if exists (select from pg_roles where rolname = 'dateline_reader') then
        grant usage on schema news to dateline_reader;
        grant select on all tables in schema news to dateline_reader;
        grant execute on all functions in schema news to dateline_reader;
        alter default privileges in schema news grant select on tables to dateline_reader;
        alter default privileges in schema news grant execute on functions to dateline_reader;
    end if;
end $$;
