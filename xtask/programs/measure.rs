//! What the programs of `cargo xtask bench client` share: commands on standard input, what each took on standard output.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

/// A way to talk to the API.
pub trait Contender: Clone + Sized {
    /// A page of payments in memory.
    type Page;

    /// A client for the server at this address.
    fn build(url: &str) -> Self;
    /// A page of 50 payments; how many came.
    fn list(&self) -> impl Future<Output = usize>;
    /// An account link created; the length of its URL.
    fn link(&self) -> impl Future<Output = usize>;
    /// The bytes of a page decoded, as a call does it. Nothing if the page is of another version of the API.
    fn read(bytes: &[u8]) -> Option<Self::Page>;
    /// The same by the other way, from bytes without a check that they are text.
    fn read_slice(_bytes: &[u8]) -> Option<Self::Page> {
        None
    }
    /// How many payments a page has.
    fn items(page: &Self::Page) -> usize;
    /// The payments of a page written, in the fastest way there is.
    fn write(page: &Self::Page) -> Option<Vec<u8>>;
    /// The same by `serde_json::to_vec`, which most people call, and which is the fastest way unless there is another.
    fn write_by_serde_json(page: &Self::Page) -> Option<Vec<u8>> {
        Self::write(page)
    }
}

/// Counts allocations while it is told to.
struct Counting;

static COUNT: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicI64 = AtomicI64::new(0);

impl Counting {
    fn note(&self, more: usize, less: usize) {
        if COUNT.load(Relaxed) {
            HELD.fetch_add(more as i64 - less as i64, Relaxed);
            if more > 0 {
                ALLOCATIONS.fetch_add(1, Relaxed);
                BYTES.fetch_add(more as u64, Relaxed);
            }
        }
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.note(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.note(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        self.note(0, layout.size());
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.note(size, layout.size());
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Nanoseconds on all cores.
fn cpu() -> u64 {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("a clock");
    time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
}

/// Runs commands `what times` until standard input ends; `count-…` counts allocations meanwhile. The arguments are the
/// server's address and the file with a page; further ones are a command that is run alone.
pub fn main<C: Contender>() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("the address of the server");
    let page = std::fs::read(arguments.next().expect("the file with a page")).expect("a page");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = runtime.block_on(async { C::build(&url) });
    // To be written; `None` is said below, where a page is asked for.
    let read = C::read(&page);
    let run = |line: &str| {
        let (what, times) = line.split_once(' ').expect("a command and a number");
        let times: usize = times.trim().parse().expect("a number");
        let (counted, what) = what.strip_prefix("count-").map_or((false, what), |what| (true, what));
        ALLOCATIONS.store(0, Relaxed);
        BYTES.store(0, Relaxed);
        HELD.store(0, Relaxed);
        COUNT.store(counted, Relaxed);
        let before = cpu();
        let (done, held) = runtime.block_on(work(&client, what, times, &url, &page, read.as_ref()));
        let took = cpu() - before;
        COUNT.store(false, Relaxed);
        format!("{took} {} {} {held} {done}", ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed))
    };
    let alone: Vec<String> = arguments.collect();
    if !alone.is_empty() {
        println!("{}", run(&alone.join(" ")));
        return;
    }
    for line in std::io::stdin().lock().lines() {
        println!("{}", run(&line.expect("a command")));
        std::io::stdout().flush().expect("a reader");
    }
}

/// What came of all runs together, so that none is left out, and the bytes held at the end.
async fn work<C: Contender>(
    client: &C,
    what: &str,
    times: usize,
    url: &str,
    page: &[u8],
    read: Option<&C::Page>,
) -> (usize, i64) {
    let mut done = 0;
    match what {
        "list" => {
            for _ in 0..times {
                done += client.list().await;
            }
        }
        "link" => {
            for _ in 0..times {
                done += client.link().await;
            }
        }
        "decode" | "decode-slice" => {
            let decode = if what == "decode" { C::read } else { C::read_slice };
            for _ in 0..times {
                done += decode(black_box(page)).map_or(0, |page| C::items(&page));
            }
        }
        "encode" | "encode-serde-json" => {
            let encode = if what == "encode" { C::write } else { C::write_by_serde_json };
            for _ in 0..times {
                done += black_box(read).and_then(encode).map_or(0, |text| text.len());
            }
        }
        "build" => {
            let clients: Vec<C> = (0..times).map(|_| C::build(black_box(url))).collect();
            return (clients.len(), HELD.load(Relaxed));
        }
        "clone" => {
            let clients: Vec<C> = (0..times).map(|_| black_box(client).clone()).collect();
            return (clients.len(), HELD.load(Relaxed));
        }
        other => panic!("no command is called {other}"),
    }
    (done, HELD.load(Relaxed))
}
