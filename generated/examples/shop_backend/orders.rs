//! The tables of the shop, in the database of the inbox. Amounts are exact texts such as `59.90 USD`.

use whop::inbox::JobError;
use whop::inbox::sqlx::{self, SqliteConnection, SqlitePool};
use whop::{Money, MoneySums};

use crate::support;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS payments (id TEXT PRIMARY KEY, order_number TEXT NOT NULL, paid TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS refunds (
        id TEXT PRIMARY KEY,
        payment_id TEXT NOT NULL,
        amount TEXT NOT NULL,
        has_succeeded INTEGER NOT NULL,
        changed_at INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS access (order_number TEXT PRIMARY KEY, granted INTEGER NOT NULL);
";

/// A refund as the last event about it states it.
pub struct Refund<'a> {
    pub id: &'a str,
    pub payment: &'a str,
    pub amount: Money,
    /// One that is pending or has failed takes no access back.
    pub has_succeeded: bool,
    /// When the event happened, in milliseconds since 1970.
    pub changed_at: i64,
}

/// Stores a payment and grants access to its order. `connection` is the transaction of the event.
pub async fn record_payment(
    connection: &mut SqliteConnection,
    (payment, order): (&str, &str),
    paid: Money,
) -> Result<(), JobError> {
    sqlx::query(
        "INSERT INTO payments (id, order_number, paid) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
    )
    .bind(payment)
    .bind(order)
    .bind(paid.to_string())
    .execute(&mut *connection)
    .await?;
    update_access(connection, order).await
}

/// Stores a refund and takes access back, unless a part of the price is left. An older event about the refund changes nothing.
pub async fn record_refund(connection: &mut SqliteConnection, refund: &Refund<'_>) -> Result<(), JobError> {
    sqlx::query(
        "INSERT INTO refunds (id, payment_id, amount, has_succeeded, changed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET has_succeeded = excluded.has_succeeded, changed_at = excluded.changed_at
         WHERE excluded.changed_at >= refunds.changed_at",
    )
    .bind(refund.id)
    .bind(refund.payment)
    .bind(refund.amount.to_string())
    .bind(refund.has_succeeded)
    .bind(refund.changed_at)
    .execute(&mut *connection)
    .await?;
    let order: Option<String> = sqlx::query_scalar("SELECT order_number FROM payments WHERE id = $1")
        .bind(refund.payment)
        .fetch_optional(&mut *connection)
        .await?;
    // Without an order, the payment arrives later and finds the refund.
    match order {
        Some(order) => update_access(connection, &order).await,
        None => Ok(()),
    }
}

/// A customer has access while something of what was paid for the order is not refunded.
async fn update_access(connection: &mut SqliteConnection, order: &str) -> Result<(), JobError> {
    let paid: Vec<String> = sqlx::query_scalar("SELECT paid FROM payments WHERE order_number = $1")
        .bind(order)
        .fetch_all(&mut *connection)
        .await?;
    let refunded: Vec<String> = sqlx::query_scalar(
        "SELECT amount FROM refunds JOIN payments ON payments.id = payment_id
         WHERE order_number = $1 AND has_succeeded",
    )
    .bind(order)
    .fetch_all(&mut *connection)
    .await?;
    let kept = sum_kept(paid, refunded);
    let granted = kept.totals()?.values().any(|total| !total.is_negative() && !total.is_zero());
    sqlx::query(
        "INSERT INTO access (order_number, granted) VALUES ($1, $2)
         ON CONFLICT (order_number) DO UPDATE SET granted = excluded.granted",
    )
    .bind(order)
    .bind(granted)
    .execute(connection)
    .await?;
    Ok(())
}

/// What was paid less what was refunded, exactly, for each currency.
fn sum_kept(paid: Vec<String>, refunded: Vec<String>) -> MoneySums {
    let paid = paid.iter().map(|amount| amount.parse::<Money>());
    let refunded = refunded.iter().map(|amount| amount.parse::<Money>().map(|amount| -amount));
    paid.chain(refunded).collect()
}

/// What the routes read.
#[derive(Clone)]
pub struct Orders(SqlitePool);

impl Orders {
    /// Creates the tables that are missing. The inbox has created the file.
    pub async fn open(database: &str) -> support::Result<Self> {
        let pool = SqlitePool::connect(database).await?;
        sqlx::raw_sql(TABLES).execute(&pool).await?;
        Ok(Self(pool))
    }

    /// Whether the customer of an order has access.
    pub async fn has_access(&self, order: &str) -> Result<bool, sqlx::Error> {
        let granted = sqlx::query_scalar("SELECT granted FROM access WHERE order_number = $1");
        Ok(granted.bind(order).fetch_optional(&self.0).await?.unwrap_or(false))
    }

    /// What the shop earned in each currency.
    pub async fn earnings(&self) -> support::Result<Vec<Money>> {
        let paid = sqlx::query_scalar("SELECT paid FROM payments").fetch_all(&self.0).await?;
        let refunded = sqlx::query_scalar("SELECT amount FROM refunds WHERE has_succeeded");
        let kept = sum_kept(paid, refunded.fetch_all(&self.0).await?);
        Ok(kept.totals()?.values().copied().collect())
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.0.close().await;
    }
}
