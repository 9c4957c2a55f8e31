-- Who, where, when and how much: what the texts mention, and which articles are still to be read for it.

create table news.place (
    id         bigint generated always as identity primary key,
    name       text not null,
    name_key   text not null,
    kind       text not null check (kind in ('country', 'region', 'city')),
    country    text not null check (country ~ '^[A-Z]{2}$'),
    region     text not null default '',
    latitude   double precision check (latitude between -90 and 90),
    longitude  double precision check (longitude between -180 and 180),
    population bigint,
    unique (country, kind, name_key, region),
    check ((latitude is null) = (longitude is null))
);
comment on table news.place is 'A place that mentions were resolved to.';
comment on column news.place.id is 'Surrogate key.';
comment on column news.place.name is 'Usual English name.';
comment on column news.place.name_key is 'Part of the natural key: the name folded, without accents, case and punctuation.';
comment on column news.place.kind is 'country, region (state, province, part of a country) or city.';
comment on column news.place.country is 'ISO 3166-1 alpha-2.';
comment on column news.place.region is 'First-level division (code of GeoNames), only where a larger city of the country has the same name; else empty.';
comment on column news.place.latitude is 'Degrees, WGS 84; null for countries and regions, and where it is not known.';
comment on column news.place.longitude is 'Degrees, WGS 84; null as latitude.';
comment on column news.place.population is 'Inhabitants, as GeoNames has it; null: not known.';

create table news.entity (
    id       bigint generated always as identity primary key,
    kind     text not null check (kind in ('person', 'organisation', 'place', 'other')),
    name     text not null,
    name_key text not null,
    place_id bigint references news.place,
    wikidata text check (wikidata ~ '^Q[1-9][0-9]*$'),
    unique (kind, name_key)
);
create index entity_name on news.entity (name);
comment on table news.entity is 'Somebody or something that articles name. Two people of one name are one entity.';
comment on column news.entity.id is 'Surrogate key.';
comment on column news.entity.kind is 'person, organisation, place or other (event, work, product, law).';
comment on column news.entity.name is 'Full name as first printed, without title; of a resolved place its usual name.';
comment on column news.entity.name_key is 'Natural key with kind: the name folded; of a resolved place its kind, country and name.';
comment on column news.entity.place_id is 'The place, where it was resolved.';
comment on column news.entity.wikidata is 'Wikidata item, for whoever links them; null: not linked.';

create table news.mention (
    article_id  bigint not null references news.article on delete cascade,
    field       text not null check (field in ('title', 'summary', 'body')),
    starts      integer not null check (starts >= 0),
    ends        integer not null,
    surface     text not null,
    kind        text not null check (kind in ('person', 'organisation', 'place', 'other', 'date', 'quantity')),
    entity_id   bigint references news.entity,
    place_id    bigint references news.place,
    value       jsonb,
    in_dateline boolean not null default false,
    primary key (article_id, field, starts),
    check (ends > starts and ends - starts = char_length(surface)),
    check ((kind in ('date', 'quantity')) = (value is not null)),
    check ((kind in ('date', 'quantity')) = (entity_id is null)),
    check (place_id is null or kind = 'place')
);
create index mention_entity on news.mention (entity_id, article_id) where entity_id is not null;
create index mention_place on news.mention (place_id, article_id) where place_id is not null;
comment on table news.mention is 'Where an article names somebody, a place, a date or a quantity, in its current revision. Mentions do not overlap.';
comment on column news.mention.article_id is 'The article.';
comment on column news.mention.field is 'title, summary or body.';
comment on column news.mention.starts is 'First character in the field, from 0: substr(field, starts + 1, ends - starts) is the surface.';
comment on column news.mention.ends is 'Behind the last character, from 0.';
comment on column news.mention.surface is 'As printed.';
comment on column news.mention.kind is 'person, organisation, place, other, date or quantity.';
comment on column news.mention.entity_id is 'Who or what; null for dates and quantities.';
comment on column news.mention.place_id is 'The place; null where it could not be resolved.';
comment on column news.mention.value is 'Of a date {day, precision}: its first day, ISO 8601, and day, week, month or year. Of a quantity {value, unit, si, si_unit}: unit is a symbol (km, %), an ISO 4217 code or person; si and si_unit are there for measures only.';
comment on column news.mention.in_dateline is 'It is the place that the dateline reports from.';

-- The work list. A row comes with its article; `due_since` changes with every edit that mentions depend
-- on, so what was read before an edit never passes for done.
create table ops.entity_work (
    article_id bigint primary key references news.article on delete cascade,
    due_since  timestamptz default clock_timestamp(),
    tagger     text,
    done_at    timestamptz,
    problem    text
);
create index entity_work_due on ops.entity_work (article_id) where due_since is not null;
create index entity_work_tagger on ops.entity_work (tagger);
comment on table ops.entity_work is 'Which articles are still to be read for mentions; one row an article.';
comment on column ops.entity_work.article_id is 'The article.';
comment on column ops.entity_work.due_since is 'When it came or was last edited; null: its mentions are up to date.';
comment on column ops.entity_work.tagger is 'Who read it last: rules, or rules and a model with its version.';
comment on column ops.entity_work.done_at is 'When.';
comment on column ops.entity_work.problem is 'The error that reading it ended with; null: none.';

create function ops.want_entities() returns trigger
    language plpgsql as $$
begin
    insert into ops.entity_work (article_id) select id from fresh order by id on conflict do nothing;
    return null;
end $$;
comment on function ops.want_entities() is 'Puts new articles on the work list.';
create trigger want_entities after insert on news.article
    referencing new table as fresh for each statement execute function ops.want_entities();

create function ops.want_entities_again() returns trigger
    language plpgsql as $$
begin
    insert into ops.entity_work (article_id) values (new.id)
    on conflict (article_id) do update set due_since = excluded.due_since;
    return null;
end $$;
comment on function ops.want_entities_again() is 'Puts an edited article on the work list.';
-- Its condition is checked without a call: pages that were only seen again cost nothing.
create trigger want_entities_again after update on news.article for each row
    when ((old.title, old.summary, old.body, old.language, old.published_at, old.published_precision, old.dateline_place, old.dateline_country)
          is distinct from
          (new.title, new.summary, new.body, new.language, new.published_at, new.published_precision, new.dateline_place, new.dateline_country))
    execute function ops.want_entities_again();

insert into ops.entity_work (article_id) select id from news.article order by id;
