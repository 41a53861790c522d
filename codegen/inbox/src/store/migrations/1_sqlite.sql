create table {prefix}_events (
    seq integer primary key autoincrement,
    id text not null unique,
    name text,
    order_key text,
    payload blob,
    key_id text,
    sent_at integer not null,
    received_at integer not null,
    state text not null,
    attempts integer not null default 0,
    available_at integer not null,
    lease text,
    last_error text,
    done_at integer
);
create index {prefix}_events_due on {prefix}_events (available_at, seq) where state in ('ready', 'running');
create index {prefix}_events_done on {prefix}_events (done_at) where done_at is not null;
