//! The numbers of decimals of the currencies of ISO 4217.
//!
//! A table of our own: the crate `iso_currency`, to which a test compares it, takes two more crates and a build script for it.

/// The codes of currencies in lower case, by their number of decimals.
const CODES: [(u8, &str); 4] = [
    (0, "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"),
    (
        2,
        "aed afn all amd aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob bov brl bsd btn bwp byn bzd cad cdf che \
         chf chw cny cop cou crc cuc cup cve czk dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gtq gyd \
         hkd hnl hrk htg huf idr ils inr irr jmd kes kgs khr kpw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk \
         mnt mop mru mur mvr mwk mxn mxv myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub \
         sar sbd scr sdg sek sgd shp sle sll sos srd ssp stn svc syp szl thb tjs tmt top try ttd twd tzs uah usd \
         usn uyu uzs ved ves wst xad xcd xcg yer zar zmw zwg zwl",
    ),
    (3, "bhd iqd jod kwd lyd omr tnd"),
    (4, "clf uyw"),
];

/// The number of decimals of the currency with this code in lower case; none if the standard states none.
pub(super) fn decimals_of(code: &str) -> Option<u8> {
    let has_code = |codes: &str| codes.split(' ').any(|other| other == code);
    CODES.iter().find(|(_, codes)| has_code(codes)).map(|(decimals, _)| *decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_iso_currency() {
        let letters = b'a'..=b'z';
        for first in letters.clone() {
            for second in letters.clone() {
                for third in letters.clone() {
                    let code = String::from_utf8(vec![first, second, third]).unwrap();
                    let standard = iso_currency::Currency::from_code(&code.to_ascii_uppercase());
                    let decimals = standard.and_then(iso_currency::Currency::exponent).map(u32::from);
                    assert_eq!(decimals_of(&code).map(u32::from), decimals, "{code}");
                }
            }
        }
        assert_eq!(decimals_of(""), None);
        assert_eq!(decimals_of("eur usd"), None);
    }
}
