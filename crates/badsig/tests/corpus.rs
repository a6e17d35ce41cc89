//! tmp
use badsig::{Limits, Subject};
#[test]
fn corpus() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus"));
    let m: serde_json::Value =
        serde_json::from_slice(&std::fs::read(root.join("manifest.json")).unwrap()).unwrap();
    let mut bad = 0;
    for f in m.as_array().unwrap() {
        let p = f["path"].as_str().unwrap();
        let e = &f["expected"];
        let t0 = std::time::Instant::now();
        let s = Subject::open(&root.join(p)).unwrap();
        let facts = badsig::inspect(&s, &Limits::default());
        let el = t0.elapsed();
        let mut d: Vec<String> = vec![];
        if facts.format.name() != f["format"].as_str().unwrap() {
            d.push(format!("format {} want {}", facts.format, f["format"]));
        }
        let signed = !facts.signatures.is_empty();
        if signed != e["signed"].as_bool().unwrap() {
            d.push(format!("signed {signed}"));
        }
        let nested = facts.signatures.iter().filter(|s| s.parent.is_some()).count() as u64;
        if nested != e["nested"].as_u64().unwrap_or(0) {
            d.push(format!("nested {nested} want {}", e["nested"]));
        }
        if let Some(sig) = facts.signatures.first() {
            match &sig.contents {
                Err(x) => d.push(format!("unreadable {x}")),
                Ok(c) => {
                    let cn = c.signer_certificate().map(|c| c.common_name());
                    if cn.as_deref() != e["signer_cn"].as_str() {
                        d.push(format!("cn {cn:?} want {}", e["signer_cn"]));
                    }
                    let alg = match &c.digest {
                        Some(d) => d.algorithm.clone().ok(),
                        None => c.signer.digest_algorithm.clone().ok(),
                    };
                    if alg.map(|a| a.name()) != e["digest_alg"].as_str() {
                        d.push(format!("alg {alg:?} want {}", e["digest_alg"]));
                    }
                    let ok = c.digest.as_ref().filter(|d| d.computed.is_some()).map(|x| x.matches());
                    if serde_json::json!(ok) != e["digest_ok"] {
                        d.push(format!("digest_ok {ok:?} want {}", e["digest_ok"]));
                    }
                    for (n, k) in [
                        ("md", &c.signer.message_digest),
                        ("ct", &c.signer.content_type),
                        ("sig", &c.signer.signature),
                    ] {
                        if !k.is_ok() {
                            d.push(format!("{n} {k:?}"));
                        }
                    }
                    let ts: Vec<_> = c
                        .timestamps
                        .iter()
                        .map(|t| (format!("{:?}", t.kind), t.time.map(|x| x.to_string()), t.problems.clone()))
                        .collect();
                    if ts.len() != e["timestamps"].as_array().unwrap().len() {
                        d.push(format!("ts {ts:?} want {}", e["timestamps"]));
                    }
                    for (a, b) in ts.iter().zip(e["timestamps"].as_array().unwrap()) {
                        let w = b[1].as_str().unwrap().replace(' ', "T").replace("+00:00", "Z");
                        let w: badsig::UtcTime = w.parse().unwrap();
                        if a.1.as_deref() != Some(&w.to_string()) || !a.2.is_empty() {
                            d.push(format!("ts {a:?} want {b}"));
                        }
                    }
                    if let Some(p) = &c.page_hashes {
                        if !p.matches {
                            d.push(format!("page {p:?}"));
                        } else {
                            println!("page ok {}", f["path"])
                        }
                    }
                    if !c.unreadable_certificates.is_empty() {
                        d.push(format!("{:?}", c.unreadable_certificates));
                    }
                }
            }
        }
        if let Some(x) = &facts.msi_extended {
            if !x.matches {
                d.push("Ex".into());
            } else {
                println!("ex ok {p}");
            }
        }
        if el.as_millis() > 400 {
            d.push(format!("slow {el:?}"));
        }
        if !d.is_empty() {
            bad += 1;
            println!(
                "{} [{}] {:?} problems {:?}",
                p,
                f["defect_class"].as_str().unwrap(),
                d,
                facts.problems.iter().map(|p| p.to_string()).collect::<Vec<_>>()
            );
        }
    }
    println!("{bad} differ");
}
