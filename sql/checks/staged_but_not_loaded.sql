-- Nothing that this run staged is left behind.
select s.url, s.archive_file from ops.staging s join ops.frontier f on f.id = s.frontier_id
where f.run_id = %(run_id)s
limit 5;
