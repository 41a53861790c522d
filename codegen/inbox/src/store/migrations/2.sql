alter table {prefix}_events add column scheduled_at bigint not null default 0;
create index {prefix}_events_key on {prefix}_events (order_key, sent_at, seq)
    where order_key is not null and state in ('ready', 'running');
create index {prefix}_events_busy on {prefix}_events (order_key) where state = 'running' and order_key is not null;
create index {prefix}_events_kept on {prefix}_events (state, seq) where state in ('dead', 'undecoded');
