//! A stretch of wire between the shop and its PostgreSQL, which leads elsewhere or breaks when it is told to.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How a commit looks on the wire: a simple query (PostgreSQL's documentation, "Message Formats").
const COMMIT: &[u8] = b"COMMIT\0";

pub struct Wire {
    pub address: SocketAddr,
    ends: Arc<Ends>,
}

struct Ends {
    target: Mutex<String>,
    /// Changes when every connection has to be made anew.
    turned: watch::Sender<u32>,
    /// Of so many commits one is sent and its answer lost; 0: none.
    loses_one_of: AtomicU32,
    commits: AtomicU32,
    lost: AtomicU32,
}

impl Wire {
    /// Leads to `target`.
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let ends = Arc::new(Ends {
            target: Mutex::new(target.to_owned()),
            turned: watch::Sender::new(0),
            loses_one_of: AtomicU32::new(0),
            commits: AtomicU32::new(0),
            lost: AtomicU32::new(0),
        });
        let own = ends.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(own.clone(), client));
            }
        });
        Self { address, ends }
    }

    /// Breaks every connection; new ones lead to `target`.
    pub fn turn_to(&self, target: &str) {
        target.clone_into(&mut self.ends.target.lock().expect("not poisoned"));
        self.ends.turned.send_modify(|turned| *turned += 1);
    }

    /// From now on of so many commits one is sent, and the connection breaks before its answer.
    pub fn lose_one_commit_of(&self, commits: u32) {
        self.ends.loses_one_of.store(commits, Ordering::SeqCst);
    }

    /// Commits whose answers were lost.
    pub fn lost(&self) -> u32 {
        self.ends.lost.load(Ordering::SeqCst)
    }
}

impl Ends {
    fn loses(&self, sent: &[u8]) -> bool {
        let one_of = self.loses_one_of.load(Ordering::SeqCst);
        if one_of == 0 || !sent.windows(COMMIT.len()).any(|window| window == COMMIT) {
            return false;
        }
        let loses = self.commits.fetch_add(1, Ordering::SeqCst) % one_of == one_of - 1;
        self.lost.fetch_add(u32::from(loses), Ordering::SeqCst);
        loses
    }
}

async fn carry(ends: Arc<Ends>, mut client: TcpStream) {
    let mut turned = ends.turned.subscribe();
    let target = ends.target.lock().expect("not poisoned").clone();
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let (mut from_client, mut from_server) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => {
                    if server.write_all(&from_client[..bytes]).await.is_err() {
                        return;
                    }
                    if ends.loses(&from_client[..bytes]) {
                        // The server has said what became of it before the wire breaks.
                        let _ = server.read(&mut from_server).await;
                        return;
                    }
                }
            },
            read = server.read(&mut from_server) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => {
                    if client.write_all(&from_server[..bytes]).await.is_err() {
                        return;
                    }
                }
            },
            _ = turned.changed() => return,
        }
    }
}
