//! A platform and a connected company: enrolment, verification, fees, a transfer and a withdrawal.
//!
//! ```text
//! cargo run -p whop --features mock --example connected_accounts -- --local
//! WHOP_API_KEY=… WHOP_COMPANY_ID=biz_… cargo run -p whop --features mock --example connected_accounts
//! ```
//! `WHOP_COMPANY_ID` is the platform. Every call that moves money has an idempotency key derived from its purpose, so that a
//! second run does not repeat the transfer or the payout.

mod support;

use whop::models::{Company, Currencies, FeeMarkupTypes, LedgerAccount};
use whop::{CallOptions, Client, Decimal};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let platform = whop.setting("WHOP_COMPANY_ID", "biz_platform")?;
    let whop = &whop.client;

    let seller = enrol(whop, &platform).await?;
    println!("enrolled {} ({}) under {platform}", seller.id, seller.title);

    let account = whop.ledger_accounts().retrieve(seller.id.as_str()).send().await?;
    print_verification(whop, &account).await?;

    let markup = whop
        .fee_markups()
        .create()
        .company_id(&platform)
        .fee_type(FeeMarkupTypes::BankWireWithdrawalMarkup)
        .percentage_fee(Decimal::new(15, 1))
        .fixed_fee_usd(Decimal::new(50, 2))
        .send()
        .await?;
    println!(
        "markup   {}: {:?} % and {:?} USD on wires",
        markup.id, markup.percentage_fee, markup.fixed_fee_usd
    );

    let transfer = whop
        .transfers()
        .create()
        .amount(Decimal::new(12_50, 2))
        .currency(Currencies::Usd)
        .origin_id(platform.as_str())
        .destination_id(seller.id.as_str())
        .notes("Share of order 17")
        .with_options(CallOptions::new().idempotency_key("share-of-order-17"))
        .send()
        .await?;
    println!("moved    {} {:?} by {}", transfer.amount, transfer.currency, transfer.id);

    print_balance(whop, seller.id.as_str()).await?;
    let withdrawal = whop
        .withdrawals()
        .create()
        .amount(Decimal::new(10_00, 2))
        .company_id(&seller.id)
        .currency(Currencies::Usd)
        .with_options(CallOptions::new().idempotency_key("payout-of-week-47"))
        .send()
        .await?;
    println!(
        "paid out {} by {}: {:?}, fee {}, arrives {:?}",
        withdrawal.amount,
        withdrawal.id,
        withdrawal.status,
        withdrawal.fee_amount,
        withdrawal.estimated_availability
    );
    Ok(())
}

/// Creates a connected company: a company with a parent.
async fn enrol(whop: &Client, platform: &str) -> whop::Result<Company> {
    let create = whop.companies().create().title("Watches of Basel").email("owner@example.com");
    create.parent_company_id(platform).metadata([("seller", "17")]).send().await
}

/// Prints the verification status of the company. Its owner completes the verification in the hosted portal: see
/// `account_links`.
async fn print_verification(whop: &Client, account: &LedgerAccount) -> whop::Result<()> {
    let Some(details) = &account.payout_account_details else {
        println!("verify   {} has no payout account yet: send its owner to onboarding", account.id);
        return Ok(());
    };
    println!("verify   {}: {:?}", details.id, details.status);
    let mut verifications = whop.verifications().list().payout_account_id(&details.id).stream();
    while let Some(verification) = verifications.try_next().await? {
        println!(
            "verify   {}: {:?} {:?}",
            verification.id, verification.status, verification.last_error_reason
        );
    }
    Ok(())
}

async fn print_balance(whop: &Client, owner: &str) -> whop::Result<()> {
    let account = whop.ledger_accounts().retrieve(owner).send().await?;
    for balance in &account.balances {
        println!(
            "balance  {} {:?}, {} pending, {} in reserve",
            balance.balance, balance.currency, balance.pending_balance, balance.reserve_balance
        );
    }
    Ok(())
}
