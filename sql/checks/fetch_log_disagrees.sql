-- Every page that this run fetched and archived has left the state `waiting` (unless its archive file was lost).
select l.url, l.outcome from ops.fetch l
where l.run_id = %(run_id)s and l.archive_file is not null
  and not exists (select from ops.frontier f where f.id = l.frontier_id and (f.state <> 'waiting' or f.reason like 'archive_%%'))
limit 5;
