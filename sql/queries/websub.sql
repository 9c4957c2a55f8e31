-- name: due_request
-- Running subscriptions first, then feeds that were never asked for, then those tried in vain. A feed that
-- names another hub than before is asked for there after an hour: it may be of two minds.
select f.id as feed_id, f.hub as new_hub, f.topic as new_topic, o.delay_s, o.allow_private, w.hub, w.topic,
       w.token, w.secret, w.state, w.requested_at, w.next_at, w.failures, w.verified_at, w.expires_at, w.problem
from ops.feed f join ops.source o on o.source_id = f.source_id left join ops.websub w on w.feed_id = f.id
where f.enabled and o.enabled and f.hub is not null and f.topic is not null
  and f.bucket %% %(shards)s = %(shard)s
  and (o.allow_private or not %(local)s)
  and f.hub <> all(%(skipped)s::text[])
  and (w.feed_id is null or w.next_at <= %(now)s
       or (w.hub, w.topic) is distinct from (f.hub, f.topic) and w.requested_at < %(now)s - interval '1 hour')
order by w.expires_at, w.next_at nulls first, f.id
limit 1
for update of f skip locked;

-- name: put_subscription
insert into ops.websub (feed_id, hub, topic, token, secret, state, requested_at, next_at, failures, verified_at,
                        expires_at, problem)
values (%(feed_id)s, %(hub)s, %(topic)s, %(token)s, %(secret)s, %(state)s, %(requested_at)s, %(next_at)s,
        %(failures)s, %(verified_at)s, %(expires_at)s, %(problem)s)
on conflict (feed_id) do update
set hub = excluded.hub, topic = excluded.topic, token = excluded.token, secret = excluded.secret,
    state = excluded.state, requested_at = excluded.requested_at, next_at = excluded.next_at,
    failures = excluded.failures, verified_at = excluded.verified_at, expires_at = excluded.expires_at,
    problem = excluded.problem;

-- name: lock_subscription
select w.feed_id, w.hub, w.topic, w.token, w.secret, w.state, w.requested_at, w.next_at, w.failures, w.verified_at,
       w.expires_at, w.problem, f.enabled and o.enabled as wanted
from ops.websub w join ops.feed f on f.id = w.feed_id join ops.source o on o.source_id = f.source_id
where w.token = %(token)s
for update of w;

-- name: subscription_key
select w.secret, f.enabled and o.enabled as wanted
from ops.websub w join ops.feed f on f.id = w.feed_id join ops.source o on o.source_id = f.source_id
where w.token = %(token)s;

-- name: save_push
update ops.websub set pushed_at = %(now)s, pushes = pushes + 1, problem = null where token = %(token)s;

-- name: save_bad_push
-- Written once, however many come.
update ops.websub set problem = %(problem)s where token = %(token)s and problem is distinct from %(problem)s;

-- name: make_due
-- By counting, not by time: a push that comes while its feed is being polled makes it due again, and no clock
-- of another machine matters. Before a renewal, too, the feed says which hub it has now.
with pushed as (
    update ops.websub set seen = pushes where pushes > seen returning feed_id
)
update ops.feed f set next_poll_at = %(now)s
from ops.websub w
where w.feed_id = f.id and f.enabled and f.next_poll_at > %(now)s
  and (w.feed_id in (select feed_id from pushed)
       or w.state = 'active' and w.next_at <= %(now)s and w.next_at > f.last_polled_at);

-- name: subscriptions
select s.slug, f.url, w.hub, case when w.state = 'active' and w.expires_at <= now() then 'expired' else w.state end as state,
       w.expires_at, w.pushed_at, w.pushes, w.problem
from ops.websub w join ops.feed f on f.id = w.feed_id join news.source s on s.id = f.source_id
order by s.slug, f.url;
