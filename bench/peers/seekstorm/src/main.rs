//! SeekStorm behind the same protocol as query/rls_driver.c: its English stemmer, no stop words, title
//! and text in one field, nothing stored, one shard, and the pairs and triples of frequent words that
//! it recommends.
//!
//!   seekstorm_driver index DIR < documents.jsonl
//!   seekstorm_driver query DIR [ROUNDS] < lines of COMMAND<TAB>query
use seekstorm::commit::Commit;
use seekstorm::index::{
    create_index, open_index, AccessType, Close, Clustering, DocumentCompression, FileType, FrequentwordType,
    IndexArc, IndexDocument, IndexMetaObject, LexicalSimilarity, NgramSet, SchemaField, StemmerType,
    StopwordType, TokenizerType,
};
use seekstorm::search::{QueryRewriting, QueryType, ResultType, Search, SearchMode};
use seekstorm::vector::Inference;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};

async fn index(folder: &str) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).expect("a folder");
    let schema: Vec<SchemaField> = serde_json::from_str(
        r#"[{"field":"text","field_type":"Text","store":false,"index_lexical":true,"longest":true}]"#,
    )
    .expect("a schema");
    let meta = IndexMetaObject {
        id: 0,
        name: "bench".to_string(),
        lexical_similarity: LexicalSimilarity::Bm25f,
        tokenizer: TokenizerType::UnicodeAlphanumeric,
        stemmer: StemmerType::English,
        stop_words: StopwordType::None,
        frequent_words: FrequentwordType::English,
        ngram_indexing: NgramSet::SingleTerm as u8 | NgramSet::NgramFF as u8 | NgramSet::NgramFFF as u8,
        document_compression: DocumentCompression::None,
        access_type: AccessType::Ram,
        spelling_correction: None,
        query_completion: None,
        clustering: Clustering::None,
        inference: Inference::None,
        segment_number_bits: 11,
    };
    let index = create_index(Path::new(folder), meta, &schema, &Vec::new(), true, Some(1))
        .await
        .expect("an index");
    let start = Instant::now();
    let mut parsing = Duration::ZERO;
    let mut count = 0;
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        let begun = Instant::now();
        let value: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let joined = format!(
            "{}\n{}",
            value["title"].as_str().unwrap_or(""),
            value["text"].as_str().unwrap_or("")
        );
        let document = serde_json::from_value(serde_json::json!({ "text": joined })).expect("a document");
        parsing += begun.elapsed();
        index.index_document(document, FileType::None).await;
        count += 1;
    }
    index.commit().await;
    println!(
        "indexed {:.3} s (reading JSON {:.3} s more), {count} documents, SeekStorm {}",
        (start.elapsed() - parsing).as_secs_f64(),
        parsing.as_secs_f64(),
        seekstorm::index::version()
    );
    index.close().await;
}

async fn answer(index: &IndexArc, command: &str, text: &str) -> usize {
    let count = command.ends_with("COUNT");
    let limit: usize = command.split('_').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0);
    let kind = match (count, limit) {
        (true, 0) => ResultType::Count,
        (true, _) => ResultType::TopkCount,
        _ => ResultType::Topk,
    };
    let found = index
        .search(
            text.to_string(),
            None,
            QueryType::Union,
            SearchMode::Lexical,
            false,
            0,
            limit,
            kind,
            false,
            Vec::new(),
            Vec::new(),
            Vec::new(),
            Vec::new(),
            QueryRewriting::SearchOnly,
        )
        .await;
    if count {
        found.result_count_total
    } else {
        found.results.len()
    }
}

async fn query(folder: &str, rounds: usize) {
    let index = open_index(Path::new(folder)).await.expect("an index");
    for line in io::stdin().lock().lines() {
        let line = line.expect("a line");
        let Some((command, text)) = line.split_once('\t') else { continue };
        let text = text.to_lowercase();
        let mut best = u128::MAX;
        let mut value = 0;
        for _ in 0..rounds {
            let start = Instant::now();
            value = answer(&index, command, &text).await;
            best = best.min(start.elapsed().as_nanos());
        }
        println!("{value}\t{best}");
        io::stdout().flush().expect("standard output");
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match (arguments.get(1).map(String::as_str), arguments.get(2)) {
        (Some("index"), Some(folder)) => index(folder).await,
        (Some("query"), Some(folder)) => {
            query(folder, arguments.get(3).and_then(|n| n.parse().ok()).unwrap_or(1)).await
        }
        _ => std::process::exit(2),
    }
}
