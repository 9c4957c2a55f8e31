-- Nothing that this run staged is left behind, but for pages that another run has loaded meanwhile.
select s.url, s.archive_file from ops.staging s
join ops.frontier f on f.id = s.frontier_id and f.state = 'fetched'
    and f.archive_file = s.archive_file and f.archive_offset = s.archive_offset
where f.run_id = %(run_id)s
limit 5;
