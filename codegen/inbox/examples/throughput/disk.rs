//! The rate at which a disk makes writes durable, measured as `pg_test_fsync` does.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    path::Path,
    time::{Duration, Instant},
};

/// Writes blocks of 8 KiB for a second, each followed by `fdatasync`.
pub(crate) fn describe_fsync(folder: &Path) -> String {
    const TIME: Duration = Duration::from_secs(1);
    const BLOCKS: u64 = 2048;
    let block = [7; 8192];
    let mut file = File::create(folder.join("fsync")).unwrap();
    for _ in 0..BLOCKS {
        file.write_all(&block).unwrap();
    }
    file.sync_all().unwrap();
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < TIME {
        file.seek(SeekFrom::Start(count % BLOCKS * 8192)).unwrap();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    let rate = count as f64 / start.elapsed().as_secs_f64();
    format!(
        "the disk of {} makes {rate:.0} writes of 8 KiB durable a second (fdatasync)",
        folder.parent().unwrap_or(folder).display()
    )
}
