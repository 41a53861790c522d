//! The texts of all statements. `{now}` is the first argument of every statement that needs the time.

use std::sync::Arc;

/// Which SQL is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    #[cfg(feature = "sqlite")]
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

/// The columns of an event that people and tools see.
const STORED: &str =
    "seq, id, name, order_key, payload, key_id, state, attempts, received_at, available_at, last_error";

impl Dialect {
    /// Replaces the placeholders of a template. `prefix` was checked: it is an identifier.
    fn render(self, template: &str, prefix: &str) -> Arc<str> {
        let mut text = template.to_owned();
        for (placeholder, replacement) in self.replacements() {
            text = text.replace(placeholder, replacement);
        }
        text.replace("{stored}", STORED)
            .replace("{events}", &format!("{prefix}_events"))
            .replace("{meta}", &format!("{prefix}_meta"))
            .into()
    }

    fn replacements(self) -> &'static [(&'static str, &'static str)] {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite => &[
                ("{now}", "$1"),
                ("{skip_locked}", ""),
                ("{for_update}", ""),
                ("{seq_in_2}", "seq in (select value from json_each($2))"),
                ("{seq_not_in_5}", "seq not in (select value from json_each($5))"),
                ("{id_in_1}", "id in (select value from json_each($1))"),
                ("{lease_in_3}", "lease in (select value from json_each($3))"),
            ],
            #[cfg(feature = "postgres")]
            Self::Postgres => &[
                ("{now}", "coalesce($1::bigint, (extract(epoch from statement_timestamp()) * 1000)::bigint)"),
                // A row that is locked belongs to a handler's open transaction: its worker lives.
                ("{skip_locked}", "for update skip locked"),
                ("{for_update}", "for update"),
                ("{seq_in_2}", "seq = any($2)"),
                ("{seq_not_in_5}", "seq <> all($5)"),
                ("{id_in_1}", "id = any($1)"),
                ("{lease_in_3}", "lease = any($3)"),
            ],
        }
    }
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The statements of one inbox. Their texts stay the same, so that they are prepared once per connection.
        #[derive(Debug)]
        #[cfg_attr(
            not(all(feature = "sqlite", feature = "postgres")),
            allow(dead_code, reason = "some statements are for one database only")
        )]
        pub(crate) struct Statements {
            $($(#[$doc])* pub(crate) $name: Arc<str>,)*
        }

        impl Statements {
            pub(crate) fn new(dialect: Dialect, prefix: &str) -> Self {
                Self { $($name: dialect.render($text, prefix),)* }
            }
        }
    };
}

statements! {
    /// Stores one event, unless its id is stored.
    insert = "insert into {events} (received_at, available_at, scheduled_at, id, name, order_key, payload, key_id, sent_at, \
              state, last_error) \
              values ({now}, {now}, {now}, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing";
    /// Stores many events in one statement; returns the ids that were new. PostgreSQL only.
    insert_many = "insert into {events} (received_at, available_at, scheduled_at, id, name, order_key, payload, key_id, \
                   sent_at, state, last_error) \
                   select {now}, {now}, {now}, given.* from unnest($2::text[], $3::text[], $4::text[], $5::bytea[], \
                   $6::text[], $7::bigint[], $8::text[], $9::text[]) as given \
                   on conflict (id) do nothing returning id";
    /// The states of events by their ids.
    states = "select id, state from {events} where {id_in_1}";
    /// Takes what is due, and what runs under a lease that ended. Of events with the same key, the one that runs is taken over,
    /// and another only if none runs, even under a lease that ended: its transaction may be open. Of these, it is the first
    /// that is not finished. What this process handles already is left out.
    claim = "with busy as (select order_key from {events} where state = 'running' and order_key is not null), \
             due as materialized ( \
               select seq as due_seq from {events} as candidate \
               where state in ('ready', 'running') and available_at <= {now} and {seq_not_in_5} \
                 and (order_key is null or state = 'running' \
                   or (order_key not in (select order_key from busy) and not exists ( \
                   select 1 from {events} as other \
                   where other.order_key = candidate.order_key and other.state in ('ready', 'running') \
                     and (other.sent_at, other.seq) < (candidate.sent_at, candidate.seq)))) \
               order by available_at, seq limit $4 {skip_locked}) \
             update {events} set state = 'running', attempts = attempts + 1, lease = $2, \
               available_at = {now} + $3, scheduled_at = {now} \
             from due where seq = due_seq \
             returning seq, id, order_key, payload, key_id, sent_at, received_at, attempts";
    /// One claimer at a time, for the order within keys: a claim must see those before it. PostgreSQL only.
    lock_claims = "select 1 from pg_advisory_xact_lock(hashtext('{events}'), 1)";
    /// The fence: the rows of a claim that still belong to it, locked until the transaction ends.
    fence = "select seq from {events} where {seq_in_2} and lease = $1 and state = 'running' {for_update}";
    /// After the fence. `undo` takes back what the handler wrote, and keeps the rows locked until its failure is recorded.
    /// `release` fails if the transaction was ended in between, by SQL or by SQLite itself after an error that the handler
    /// ignored: what follows would not be part of it.
    hold = "savepoint {events}";
    undo = "rollback to savepoint {events}";
    release = "release savepoint {events}";
    /// The end of what was handled, behind the same fence.
    complete = "update {events} set state = 'done', done_at = {now}, lease = null, last_error = null, \
                  payload = case when $4 = 1 then null else payload end \
                where {seq_in_2} and lease = $3 and state = 'running'";
    /// The end of what was not handled: tried again later, dead, undecoded or given back.
    settle = "update {events} set state = $4, available_at = {now} + $5, scheduled_at = {now}, lease = null, \
                last_error = coalesce($6, last_error), attempts = attempts - $7 \
              where {seq_in_2} and lease = $3 and state = 'running'";
    /// Extends the leases of what is being handled; returns what still belongs to the claims.
    renew = "update {events} set available_at = {now} + $4, scheduled_at = {now} where seq in ( \
               select seq from {events} where {seq_in_2} and {lease_in_3} and state = 'running' {skip_locked}) \
             returning seq";
    /// A time that was written more than a minute in the future was written by a clock that was wrong: it counts as now.
    mend_times = "update {events} set available_at = {now}, scheduled_at = {now} where seq in ( \
                    select seq from {events} \
                    where state in ('ready', 'running') and available_at > {now} and scheduled_at > {now} + 60000 \
                    {skip_locked})";
    /// How many events are in each state, and since when the oldest is due.
    counts = "select state, cast(case when state = 'ready' and available_at > {now} then 1 else 0 end as bigint), count(*), \
                {now} - min(available_at) from {events} group by 1, 2";
    /// A page of events after a position, of one state or of all.
    list = "select {stored} from {events} where seq > $1 and ($2 = '' or state = $2) order by seq limit $3";
    /// One event by its id.
    find = "select {stored} from {events} where id = $1";
    /// Makes one event ready that was decoded, and is neither handled nor being handled.
    retry = "update {events} set state = 'ready', attempts = 0, available_at = {now}, scheduled_at = {now} \
             where id = $2 and state in ('ready', 'dead')";
    /// Makes all dead events ready.
    retry_dead = "update {events} set state = 'ready', attempts = 0, available_at = {now}, scheduled_at = {now} \
                  where state = 'dead'";
    /// A page of events that are not decoded.
    undecoded = "select {stored} from {events} where state = 'undecoded' and seq > $1 order by seq limit $2";
    /// Makes an event ready that this version can decode, and that is still in the state in which it was read.
    decoded = "update {events} set state = 'ready', attempts = 0, available_at = {now}, scheduled_at = {now}, \
                 name = coalesce($3, name), order_key = $4, last_error = null, done_at = null \
               where seq = $2 and state = $5";
    /// Discards one event that is neither handled nor being handled.
    discard = "update {events} set state = 'discarded', done_at = {now} \
               where id = $2 and state in ('ready', 'dead', 'undecoded')";
    /// Deletes some events that were finished before a time; returns when they were received.
    purge = "delete from {events} where seq in ( \
               select seq from {events} where done_at is not null and done_at < $1 and state in ('done', 'discarded') \
               order by done_at limit $2 {skip_locked}) returning received_at";
    /// A number that the inbox remembers.
    read_meta = "select value from {meta} where name = $1";
    /// Remembers a number; a smaller one than before is ignored, unless the one before is over a limit.
    raise_meta = "insert into {meta} (name, value) values ($1, $2) on conflict (name) \
                  do update set value = case when excluded.value > {meta}.value or {meta}.value > $3 \
                    then excluded.value else {meta}.value end";
    /// The time of the database.
    read_time = "select {now}";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_is_left() {
        let dialects = [
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Dialect::Postgres,
        ];
        for dialect in dialects {
            let text = format!("{:?}", Statements::new(dialect, "shop"));
            let inner = text.trim_start_matches("Statements {").trim_end_matches('}');
            assert!(
                !inner.contains('{') && inner.contains("shop_events") && inner.contains("shop_meta"),
                "{text}"
            );
        }
    }
}
