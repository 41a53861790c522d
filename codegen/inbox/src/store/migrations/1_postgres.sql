create table {prefix}_events (
    seq bigint generated always as identity primary key,
    id text not null unique,
    name text,
    order_key text,
    payload bytea,
    key_id text,
    sent_at bigint not null,
    received_at bigint not null,
    state text not null,
    attempts bigint not null default 0,
    available_at bigint not null,
    lease text,
    last_error text,
    done_at bigint
);
create index {prefix}_events_due on {prefix}_events (available_at, seq) where state in ('ready', 'running');
create index {prefix}_events_done on {prefix}_events (done_at) where done_at is not null;
