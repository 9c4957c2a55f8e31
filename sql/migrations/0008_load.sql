-- New articles are put on the work list by the load, as they are for stories and search: a trigger with a
-- table of what is new copies every article, a tenth of the cost of loading it. Edits keep their trigger.

drop trigger want_entities on news.article;
drop function ops.want_entities();

-- Pages with one canonical link are one article, unless the link lies: then neither the text nor the
-- headline is the same.
create function ops.other_headline(one text, other text) returns boolean
    language sql immutable parallel safe
    return (with mine as (select distinct word from regexp_split_to_table(lower(one), '\W+') as w(word) where length(word) >= 4),
                 theirs as (select distinct word from regexp_split_to_table(lower(other), '\W+') as w(word) where length(word) >= 4)
            select (select count(*) from mine) >= 2 and (select count(*) from theirs) >= 2
                   and not exists (select from mine join theirs using (word)));
comment on function ops.other_headline(text, text) is 'Whether two headlines have not one of their longer words in common; false where they have too few to tell.';
