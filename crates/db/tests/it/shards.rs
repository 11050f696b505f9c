//! Several databases of one service, and which of them an id leads to.

use contracts::Shard;
use db::Shards;
use uuid::Uuid;

use crate::Migrator;

fn shard(number: usize) -> Shard {
    Shard::numbered(number).expect("an id can tell it")
}

#[tokio::test]
async fn an_id_leads_to_its_database_and_one_that_tells_of_none_to_the_first() {
    let kinds = [test_support::sqlite(), test_support::sqlite(), test_support::sqlite()];
    let mut databases = Vec::new();
    for kind in &kinds {
        databases.push(kind.connect::<Migrator>().await);
    }
    let first = databases.remove(0);
    let single = Shards::from(&first);
    let several = Shards::new(first, databases);
    for number in [0, 1, 2] {
        assert_eq!(several.holding(shard(number).fresh()), shard(number));
        assert_eq!(single.holding(shard(number).fresh()), Shard::FIRST, "one database has everything");
    }
    for elsewhere in [shard(3).fresh(), shard(4095).fresh(), Uuid::nil(), Uuid::now_v7()] {
        assert_eq!(several.holding(elsewhere), Shard::FIRST);
    }
    assert_eq!(several.all().map(Shard::number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(several.any_of(&[shard(2)]), shard(2));
    assert_eq!(several.any_of(&[]), Shard::FIRST);
    assert!(several.ping().await.is_ok());

    // A process that reaches some of its customers goes on serving those.
    several.db(shard(1)).clone().close().await.expect("closes");
    assert!(several.db(shard(1)).ping().await.is_err());
    assert!(several.ping().await.is_ok());
    let asked = db::everywhere(several.all().collect(), |shard| {
        let several = &several;
        async move { several.db(shard).ping().await }
    });
    assert!(asked.await.is_err(), "what all have to answer, all have to answer");
}
