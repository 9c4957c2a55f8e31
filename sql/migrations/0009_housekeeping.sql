-- How far housekeeping has come in what it looks through piece by piece.

create table ops.sweep (
    task    text primary key,
    reached bigint
);
comment on table ops.sweep is 'How far housekeeping has looked through a table, a bounded piece a run, in search of rows that nothing needs any more.';
comment on column ops.sweep.task is 'The query of sql/queries/housekeeping.sql.';
comment on column ops.sweep.reached is 'The last id or key that was looked at; null: it begins anew.';
