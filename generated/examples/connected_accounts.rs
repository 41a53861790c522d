//! A platform and a connected account: enrolment, verification, fees, a transfer and a payout.
//!
//! ```text
//! cargo run -p whop --features mock --example connected_accounts -- --local
//! WHOP_API_KEY=… WHOP_ACCOUNT_ID=biz_… cargo run -p whop --features mock --example connected_accounts
//! ```
//! `WHOP_ACCOUNT_ID` is the platform. Every call that creates something has an idempotency key derived from its purpose,
//! so that a second run within 24 hours repeats neither the enrolment nor the transfer nor the payout.

mod support;

use whop::models::{Account, CreateTransferResponse, FeeMarkupTypes, LedgerAccount};
use whop::{CallOptions, Client, dec};

use support::or_dash;

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let platform = whop.setting("WHOP_ACCOUNT_ID", "biz_platform")?;
    let whop = &whop.client;

    let seller = enrol(whop).await?;
    println!("enrolled {} ({}) under {platform}", seller.id, seller.title);

    let account = whop.ledger_accounts().retrieve(seller.id.as_str()).send().await?;
    print_verification(whop, &seller, &account).await?;

    let markup = whop
        .fee_markups()
        .create()
        .account_id(&platform)
        .fee_type(FeeMarkupTypes::BankWireWithdrawalMarkup)
        .percentage_fee(dec!(1.5))
        .fixed_fee_usd(dec!(0.50))
        .send()
        .await?;
    let (percentage, fixed) = (or_dash(markup.percentage_fee), or_dash(markup.fixed_fee_usd));
    println!("markup   {}: {percentage} % and {fixed} USD on wires", markup.id);

    let transfer = whop
        .transfers()
        .create()
        .balance()
        .amount(dec!(12.50))
        .currency("usd")
        .origin_id(platform.as_str())
        .destination_id(seller.id.as_str())
        .notes("Share of order 17")
        .with_options(CallOptions::new().idempotency_key(format!("share-of-order-17-{}", seller.id)))
        .send()
        .await?;
    // The other kind of transfer, a claim link, has another response.
    let CreateTransferResponse::Transfer(transfer) = transfer else {
        return Err("the response is not a transfer".into());
    };
    let amount = transfer.amount.map(|money| format!("{} {}", money.amount, money.currency.to_uppercase()));
    println!("moved    {} by {}: {}", or_dash(amount), transfer.id, transfer.status);

    print_balance(whop, seller.id.as_str()).await?;
    pay_out(whop, &seller).await
}

/// Creates a connected account: an account that belongs to the account of the API key.
async fn enrol(whop: &Client) -> whop::Result<Account> {
    let create = whop.accounts().create().title("Watches of Basel").email("owner@example.com");
    let options = CallOptions::new().idempotency_key("seller-17");
    create.metadata([("seller", "17")]).with_options(options).send().await
}

/// Prints the verification status of the account. Its owner completes the verification in the hosted portal: see
/// `account_links`.
async fn print_verification(whop: &Client, seller: &Account, account: &LedgerAccount) -> whop::Result<()> {
    let Some(details) = &account.payout_account_details else {
        println!("verify   {} has no payout account yet: send its owner to onboarding", account.id);
        return Ok(());
    };
    println!("verify   {}: {}", details.id, or_dash(details.status.as_ref()));
    let verifications = whop.verifications().list().account_id(&seller.id).send().await?;
    for verification in verifications.data.unwrap_or_default() {
        println!("verify   {}: {}", or_dash(verification.id), or_dash(verification.status));
    }
    Ok(())
}

async fn print_balance(whop: &Client, owner: &str) -> whop::Result<()> {
    let account = whop.ledger_accounts().retrieve(owner).send().await?;
    for balance in &account.balances {
        let currency = balance.currency.as_str().to_uppercase();
        println!(
            "balance  {} {currency}, {} pending, {} in reserve",
            balance.balance, balance.pending_balance, balance.reserve_balance
        );
    }
    Ok(())
}

/// Pays a part of the balance out to the account's default payout method. Its owner adds payout methods in the portal.
async fn pay_out(whop: &Client, seller: &Account) -> support::Result {
    let amount = dec!(10.00);
    let methods = whop.payouts().list_methods().account_id(&seller.id).send().await?.data;
    let Some(method) = methods.iter().find(|method| method.is_default).or(methods.first()) else {
        println!("paid out nothing: {} has no payout method", seller.id);
        return Ok(());
    };
    let payout = whop
        .payouts()
        .create()
        .amount(amount)
        .payout_method_id(&method.id)
        .account_id(&seller.id)
        .with_options(CallOptions::new().idempotency_key(format!("payout-of-2026-w47-{}", seller.id)))
        .send()
        .await?;
    let (currency, arrival) = (payout.currency.to_uppercase(), payout.estimated_arrival.map(support::format_time));
    println!("paid out {} {currency} by {}: {}", payout.amount, payout.id, payout.status);
    println!("fee      {} {currency}; arrives {}", payout.fee_amount, or_dash(arrival));
    Ok(())
}
