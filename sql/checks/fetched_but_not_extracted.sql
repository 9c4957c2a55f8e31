-- Every page that this run archived was extracted: its URL is not left in between.
select url, archive_file from ops.frontier
where run_id = %(run_id)s and state = 'fetched'
limit 5;
