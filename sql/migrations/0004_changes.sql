-- What changed in an edit, articles that go, come back and move, the change feed, and rechecks that
-- follow a source's own rate of edits.

-- Revisions ----------------------------------------------------------------------------------

alter table news.revision
    add column words_added integer,
    add column words_removed integer,
    add column edits jsonb;
comment on column news.revision.words_added is 'Words of title, summary and body that the successor has and this revision had not; null: not counted.';
comment on column news.revision.words_removed is 'Words that this revision had and the successor has not; null: not counted.';
comment on column news.revision.edits is 'The sentences that changed, in order: [{"field", "before", "after"}], at most 20, long ones clipped; null: not compared.';

-- Articles that go, come back and move -------------------------------------------------------------

alter table news.article
    add column absences tstzmultirange,
    add column merged_into bigint references news.article;
create index article_merged on news.article (merged_into) where merged_into is not null;
comment on column news.article.gone_at is 'When it was found deleted, or merged into another; null: online. Set once a second look hours later found the same.';
comment on column news.article.absences is 'When it was not to be read: the last one is open while it is gone; null: never.';
comment on column news.article.merged_into is 'The article that this one turned out to be: its publisher had moved it; null: it stands for itself.';
comment on column news.article.url_key is 'Natural key, made from canonical_url: no scheme, www., fragment or tracking parameters. A merged article keeps its own.';
update news.article set absences = tstzmultirange(tstzrange(gone_at, null)) where gone_at is not null;

alter table ops.frontier add column gone_since timestamptz;
comment on column ops.frontier.gone_since is 'First of the answers in a row that said its article is deleted; null: the last one did not.';
update ops.frontier set gone_since = now() where state = 'gone' and article_id is not null;

-- Both halves use an index on news.article where the reader asks for a source or a time of publication.
create function news.as_of(instant timestamptz)
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
      and r.seen_at <= instant and r.replaced_at > instant
      and (a.absences is null or not a.absences @> instant);
end;
comment on function news.as_of(timestamptz) is 'The articles as a reader would have seen them at that instant: those seen by then and not gone, each in its revision of the time. Title, summary and body are of that revision, other columns are today''s.';

-- The change feed ------------------------------------------------------------------------------------

create table news.change (
    id          bigint generated always as identity primary key,
    article_id  bigint not null,
    source_id   integer not null,
    kind        text not null check (kind in ('new', 'revised', 'gone', 'back', 'merged')),
    revision    integer not null,
    merged_into bigint,
    at          timestamptz not null default clock_timestamp(),
    check ((kind = 'merged') = (merged_into is not null))
);
create index change_at on news.change (at);
create index change_article on news.change (article_id);
comment on table news.change is 'The change feed: one line a change, written in the transaction of the change. Whoever has read up to an id never misses a smaller one.';
comment on column news.change.id is 'The cursor. It only grows, and lines become visible in its order; numbers may be left out.';
comment on column news.change.article_id is 'The article. No foreign key: the line outlives it.';
comment on column news.change.source_id is 'Its publisher.';
comment on column news.change.kind is 'new, revised, gone (deleted), back (after it was gone) or merged (into the article that it turned out to be).';
comment on column news.change.revision is 'The revision that the article had from then on.';
comment on column news.change.merged_into is 'Of merged: the article that stays.';
comment on column news.change.at is 'When the line was written; grows with the cursor.';

insert into news.change (article_id, source_id, kind, revision, at)
select article_id, source_id, kind, revision, at
from (select id as article_id, source_id, 'new' as kind, 1 as revision, first_seen_at as at from news.article
      union all
      select a.id, a.source_id, 'revised', r.revision + 1, r.replaced_at
      from news.revision r join news.article a on a.id = r.article_id
      union all
      select id, source_id, 'gone', revision, gone_at from news.article where gone_at is not null) past
order by at, article_id;

-- Why a reader never finds a smaller cursor later: an id is drawn only under this lock, and Postgres lets
-- go of it only after the transaction is visible, or undone. So when an id is visible, the transactions of
-- all smaller ones have ended. The trigger runs before the statement draws its first id. A transaction
-- writes its changes last: it waits for nothing else while others wait for it.
create function ops.open_change_feed() returns trigger
    language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('dateline.change'));
    perform pg_notify('dateline_change', '');
    return null;
end $$;
comment on function ops.open_change_feed() is 'Lets one transaction at a time write to news.change, and wakes its readers when that commits.';
create trigger open_change_feed before insert on news.change
    for each statement execute function ops.open_change_feed();

create function news.changes_since(after bigint, most integer default 1000)
    returns table (cursor bigint, kind text, article_id bigint, revision integer, merged_into bigint,
                   source text, url text, title text, at timestamptz)
    language sql stable rows 1000
begin atomic
    select c.id, c.kind, c.article_id, c.revision, c.merged_into, s.slug, a.canonical_url, a.title, c.at
    from (select * from news.change where id > after order by id limit most) c
    left join news.article a on a.id = c.article_id
    left join news.source s on s.id = c.source_id
    order by c.id;
end;
comment on function news.changes_since(bigint, integer) is 'The changes after a cursor, oldest first, with the article as it is now. Read on from the cursor of the last line; start from 0 for everything.';

-- Rechecks follow the rate of edits ---------------------------------------------------------------------

alter table ops.source
    add column rechecks real not null default 0,
    add column edits real not null default 0;
comment on column ops.source.rechecks is 'Rechecks of its articles that gave an answer; halved now and then, so that the last months count.';
comment on column ops.source.edits is 'Of these, those that found an edit; halved along.';

-- The square root: visits are best spread by the root of the rate of changes. Until there is evidence a
-- source is taken to be as others: one recheck in ten finds an edit.
create function ops.recheck_pace(edits real, rechecks real) returns double precision
    language sql immutable parallel safe
    return least(2, greatest(0.5, sqrt((rechecks + 20) / (10 * (edits + 2)))));
comment on function ops.recheck_pace(real, real) is 'Factor on the times of rechecks: 0.5 where each second or third one finds an edit, 2 where hardly any does.';

-- Edits are likeliest early: 81 % of text edits come in the first 24 hours (GDELT's rechecks). A step that
-- is hardly ahead was taken already: the pace has changed since. Written so that Postgres can inline it: a
-- call a row would cost as much as loading the row.
drop function ops.next_recheck(timestamptz, timestamptz);
create function ops.next_recheck(first_seen timestamptz, at timestamptz, pace double precision) returns timestamptz
    language sql stable parallel safe
    return case when pace * interval '1 hour' > 1.25 * (at - first_seen) then first_seen + pace * interval '1 hour'
                when pace * interval '6 hours' > 1.25 * (at - first_seen) then first_seen + pace * interval '6 hours'
                when pace * interval '24 hours' > 1.25 * (at - first_seen) then first_seen + pace * interval '24 hours'
                when pace * interval '168 hours' > 1.25 * (at - first_seen) then first_seen + pace * interval '168 hours' end;
comment on function ops.next_recheck(timestamptz, timestamptz, double precision) is 'When an article first seen then is fetched again: after 1 h, 6 h, 1 day and 7 days, times its source''s pace; null: no more.';

-- The fetch log ------------------------------------------------------------------------------------------

create function ops.drop_old_partitions(keep interval) returns integer
    language plpgsql as $$
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
end $$;
comment on function ops.drop_old_partitions(interval) is 'Drops the days of the fetch log that ended longer ago than that; gives how many.';

-- As in 0001: lz4 takes a third of the time of pglz.
do $$
begin
    execute 'alter table news.article alter column body_html set compression lz4';
    execute 'alter table ops.staging alter column body_html set compression lz4';
    execute 'alter table ops.staging alter column provenance set compression lz4';
exception when feature_not_supported or invalid_parameter_value then
    raise notice 'this Postgres has no lz4: body_html stays compressed by pglz';
end $$;
