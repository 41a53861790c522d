//! A small file system in memory that a test fills up. Only root may mount one; elsewhere the test prints a note and passes.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::{TemporaryFolder, print_uncaptured};

/// A mounted file system. It is unmounted when this is dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    path: PathBuf,
    _folder: TemporaryFolder,
}

impl SmallDisk {
    /// Mounts a file system of this size, or returns `None` where that is not allowed.
    pub(crate) fn mount(name: &str, kilobytes: u32) -> Option<Self> {
        let folder = TemporaryFolder::create(name);
        let path = folder.path().join("disk");
        std::fs::create_dir(&path).unwrap();
        let options = format!("size={kilobytes}k,mode=0777");
        let mounted = cfg!(target_os = "linux")
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
                .arg(&path)
                .output()
                .is_ok_and(|output| output.status.success());
        if !mounted {
            print_uncaptured(&format!(
                "{name}: skipped, only root may mount a small disk, and only on Linux"
            ));
            return None;
        }
        Some(Self { path, _folder: folder })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes until nothing more fits.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.filler()).unwrap();
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    /// Removes what [`fill`](Self::fill) wrote.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.path.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because a file of a connection that is being closed may still be open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
