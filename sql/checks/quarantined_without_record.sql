-- Every quarantined URL has its record in ops.quarantine.
select f.url, f.reason from ops.frontier f
where f.run_id = %(run_id)s and f.state = 'quarantined'
  and not exists (select from ops.quarantine q where q.frontier_id = f.id)
limit 5;
