-- Spread: the stories that most publishers carried, who had them first and who followed how late.
-- days=7: how far back
select title, agency, first_source, first_at, sources,
       string_agg(source || ' +' || to_char(delay, 'FMHH24:MI'), ', ' order by place) filter (where place > 1) as followed
from news.story_spread
where first_at > now() - make_interval(days => %(days)s::int)
group by story_id, title, agency, first_source, first_at, sources
order by sources desc, first_at desc
limit 20;
