//! Prints the payments of an account as CSV, without async: `blocking_tool biz_xxxxxxxxxxxxxx > payments.csv`.

use std::error::Error;
use std::io::{BufWriter, Write, stdout};

use whop::Client;

fn main() -> Result<(), Box<dyn Error>> {
    let account = std::env::args().nth(1).ok_or("usage: blocking_tool ACCOUNT_ID")?;
    let whop = Client::from_env()?;
    let mut output = BufWriter::new(stdout().lock());
    writeln!(output, "id,created_at,status,total,currency,email")?;
    for payment in whop.payments().list().account_id(account).iter_blocking() {
        let payment = payment?;
        let (total, currency) = match &payment.total {
            Some(total) => (total.amount.to_string(), total.currency.to_string()),
            None => (String::new(), payment.currency.to_string()),
        };
        let email = payment.customer_email.as_deref().unwrap_or_default();
        let row = [
            payment.id.as_str(),
            &payment.created_at.to_rfc3339(),
            &payment.status.to_string(),
            &total,
            &currency,
            email,
        ];
        writeln!(output, "{}", row.map(quote).join(","))?;
    }
    output.flush()?;
    Ok(())
}

/// A field of CSV.
fn quote(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
