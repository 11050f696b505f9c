//! What must always hold of shipments and labels, checked over all there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use contracts::Invariant;
use sea_orm::{EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    App, Error,
    entity::{history, label, order, order_line, shipment, shipment_line},
    model::shipment::{self as life, Fact},
    store::labels,
};

/// Evaluates the rules of this service.
pub async fn invariants(app: &App) -> Result<Vec<Invariant>, Error> {
    let reader = app.db.reader();
    let shipments = shipment::Entity::find().all(reader).await?;
    let labels = label::Entity::find().all(reader).await?;
    let bought = app.sandbox.live_labels().await?;
    let lines = shipment_line::Entity::find().all(reader).await?;
    let ordered = order_line::Entity::find().all(reader).await?;
    let steps = history::Entity::find().all(reader).await?;
    Ok(vec![
        one_live_label(&labels, &bought),
        no_more_shipped_than_ordered(&shipments, &lines, &ordered),
        statuses_are_paths(&shipments, steps),
        nobody_is_remembered(
            &order::Entity::find().filter(order::COLUMN.erase.eq(true)).all(reader).await?,
            &shipments,
        )?,
    ])
}

fn one_live_label(labels: &[label::Model], at_carrier: &[Uuid]) -> Invariant {
    let mut violations = Vec::new();
    let mut live: HashMap<Uuid, u32> = HashMap::new();
    let at_carrier: HashSet<Uuid> = at_carrier.iter().copied().collect();
    for label in labels {
        if [labels::REQUESTED, labels::BOUGHT, labels::VOIDING].contains(&label.status.as_str()) {
            *live.entry(label.shipment_id).or_default() += 1;
        }
        let there = at_carrier.contains(&label.id);
        match label.status.as_str() {
            labels::BOUGHT if !there => violations.push(format!("label {} is not at the carrier", label.id)),
            labels::REFUSED | labels::VOIDED if there => {
                violations.push(format!("label {} is {} here and good at the carrier", label.id, label.status));
            }
            _ => {}
        }
    }
    let several = live.iter().filter(|(_, count)| **count > 1);
    violations.extend(several.map(|(shipment, count)| format!("shipment {shipment} has {count} live labels")));
    let ours: HashSet<Uuid> = labels.iter().map(|label| label.id).collect();
    violations.extend(at_carrier.difference(&ours).map(|label| format!("the carrier has label {label}, we do not")));
    let title = "at most one live label a shipment; the carrier's labels are ours";
    Invariant::new("I38", title, labels.len() as u64, violations)
}

fn no_more_shipped_than_ordered(
    shipments: &[shipment::Model],
    lines: &[shipment_line::Model],
    ordered: &[order_line::Model],
) -> Invariant {
    let order_of: HashMap<Uuid, Uuid> = shipments
        .iter()
        .filter(|shipment| shipment.status != "cancelled")
        .map(|shipment| (shipment.id, shipment.order_id))
        .collect();
    let mut left: HashMap<(Uuid, &str), i64> =
        ordered.iter().map(|line| ((line.order_id, line.sku.as_str()), line.quantity)).collect();
    for line in lines {
        if let Some(order) = order_of.get(&line.shipment_id) {
            *left.entry((*order, &line.sku)).or_default() -= line.quantity;
        }
    }
    let too_many = left.iter().filter(|(_, left)| **left < 0);
    let violations = too_many.map(|((order, sku), left)| format!("order {order} ships {} of {sku} too many", -left));
    Invariant::new("I39", "no more is shipped than was ordered", ordered.len() as u64, violations.collect())
}

fn nobody_is_remembered(erased: &[order::Model], shipments: &[shipment::Model]) -> Result<Invariant, Error> {
    let mut violations = Vec::new();
    for order in erased {
        let of_order = |shipment: &&shipment::Model| shipment.order_id == order.id;
        let over = |shipment: &shipment::Model| life::read(&shipment.status).is_some_and(life::is_over);
        let address = order.address()?;
        if shipments.iter().filter(of_order).all(over) && address != address.without_person() {
            violations.push(format!("order {} still says where its erased buyer lives", order.number));
        }
    }
    let title = "no address is kept of erased customers, once their parcels have arrived";
    Ok(Invariant::new("I42", title, erased.len() as u64, violations))
}

fn statuses_are_paths(shipments: &[shipment::Model], steps: Vec<history::Model>) -> Invariant {
    let mut paths: HashMap<Uuid, BTreeMap<i64, history::Model>> = HashMap::new();
    for step in steps {
        paths.entry(step.shipment_id).or_default().insert(step.step, step);
    }
    let mut violations = Vec::new();
    for shipment in shipments {
        let mut at = "pending".to_owned();
        for step in paths.remove(&shipment.id).unwrap_or_default().into_values() {
            let to =
                life::read(&step.from_status).zip(Fact::read(&step.fact)).map(|(from, fact)| life::after(from, fact));
            let legal = to.is_some_and(|to| to.is_ok_and(|to| life::word(to) == step.to_status));
            if step.from_status != at || !legal {
                violations
                    .push(format!("shipment {} went from {at} to {} by {}", shipment.id, step.to_status, step.fact));
            }
            at = step.to_status;
        }
        if at != shipment.status {
            violations.push(format!("shipment {} is {}, but its history ends in {at}", shipment.id, shipment.status));
        }
        if shipment.shipped_at.zip(shipment.delivered_at).is_some_and(|(shipped, delivered)| delivered < shipped) {
            violations.push(format!("shipment {} was delivered before it was shipped", shipment.id));
        }
    }
    Invariant::new("I24", "the history of each shipment is a path of its life", shipments.len() as u64, violations)
}
