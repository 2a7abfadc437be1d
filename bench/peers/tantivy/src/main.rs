//! tantivy behind the same protocol as query/rls_driver.c: its English stemmer, lower case, no stop
//! words, title and text in one field with positions, nothing stored, one thread, one segment.
//!
//!   tantivy_driver index DIR < documents.jsonl
//!   tantivy_driver query DIR [ROUNDS] < lines of COMMAND<TAB>query
use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};
use tantivy::collector::{Count, TopDocs};
use tantivy::merge_policy::NoMergePolicy;
use tantivy::query::QueryParser;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexSettings, ReloadPolicy, Searcher, TantivyDocument};

fn index(folder: &str) -> tantivy::Result<()> {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder)?;
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::builder()
        .schema(schema.build())
        .settings(IndexSettings::default())
        .create_in_dir(folder)?;
    let mut writer = index.writer_with_num_threads(1, 2_000_000_000)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let start = Instant::now();
    let mut parsing = Duration::ZERO;
    let mut count = 0;
    let mut line = String::new();
    let mut input = io::stdin().lock();
    loop {
        // The indexing thread works on what it was given meanwhile: only what both take is told.
        let begun = Instant::now();
        line.clear();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        let value: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let joined = format!(
            "{}\n{}",
            value["title"].as_str().unwrap_or(""),
            value["text"].as_str().unwrap_or("")
        );
        parsing += begun.elapsed();
        let mut document = TantivyDocument::default();
        document.add_text(text, joined);
        writer.add_document(document)?;
        count += 1;
    }
    writer.commit()?;
    println!(
        "indexed {:.3} s (reading JSON {:.3} s beside it), {count} documents, {}",
        start.elapsed().as_secs_f64(),
        parsing.as_secs_f64(),
        tantivy::version_string()
    );
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    println!("optimized {:.3} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn answer(searcher: &Searcher, parser: &QueryParser, command: &str, text: &str) -> tantivy::Result<usize> {
    let query = parser.parse_query(text)?;
    if command == "COUNT" {
        return query.count(searcher);
    }
    let limit = command.split('_').nth(1).and_then(|n| n.parse().ok()).unwrap_or(10);
    let top = TopDocs::with_limit(limit).order_by_score();
    if command.ends_with("_COUNT") {
        let (_, count) = searcher.search(&query, &(top, Count))?;
        return Ok(count);
    }
    Ok(searcher.search(&query, &top)?.len())
}

fn query(folder: &str, rounds: usize) -> tantivy::Result<()> {
    let index = Index::open_in_dir(folder)?;
    let text = index.schema().get_field("text")?;
    let searcher = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
    let parser = QueryParser::for_index(&index, vec![text]);
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some((command, text)) = line.split_once('\t') else { continue };
        let mut best = u128::MAX;
        let mut value = 0;
        for _ in 0..rounds {
            let start = Instant::now();
            value = answer(&searcher, &parser, command, text)?;
            best = best.min(start.elapsed().as_nanos());
        }
        writeln!(output, "{value}\t{best}")?;
        output.flush()?;
    }
    Ok(())
}

fn main() -> tantivy::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    match (arguments.get(1).map(String::as_str), arguments.get(2)) {
        (Some("index"), Some(folder)) => index(folder),
        (Some("query"), Some(folder)) => {
            query(folder, arguments.get(3).and_then(|n| n.parse().ok()).unwrap_or(1))
        }
        _ => std::process::exit(2),
    }
}
