//! Ten thousand invented products as a file in the Shopify format, the same with every run.

use std::path::Path;

use serde_json::json;

pub const COUNT: usize = 10_000;
/// Pieces of each, so that nothing sells out while the shop is measured.
const STOCK: u32 = 1_000_000;

const ADJECTIVES: [&str; 20] = [
    "Amber", "Brisk", "Coastal", "Dusky", "Early", "Folded", "Gentle", "Hollow", "Inland", "Jolly", "Keen", "Lunar",
    "Mossy", "Northern", "Oaken", "Plain", "Quiet", "Rustic", "Silver", "Tidal",
];
const MATERIALS: [&str; 10] =
    ["Bamboo", "Canvas", "Ceramic", "Copper", "Cotton", "Enamel", "Leather", "Linen", "Walnut", "Woollen"];
const NOUNS: [(&str, &str); 20] = [
    ("Kettle", "Kitchen"),
    ("Teapot", "Kitchen"),
    ("Saucepan", "Kitchen"),
    ("Platter", "Kitchen"),
    ("Lantern", "Lighting"),
    ("Sconce", "Lighting"),
    ("Blanket", "Bedroom"),
    ("Pillow", "Bedroom"),
    ("Rucksack", "Travel"),
    ("Suitcase", "Travel"),
    ("Notebook", "Office"),
    ("Penholder", "Office"),
    ("Planter", "Garden"),
    ("Trowel", "Garden"),
    ("Birdhouse", "Garden"),
    ("Jacket", "Clothing"),
    ("Mittens", "Clothing"),
    ("Scarf", "Clothing"),
    ("Puzzle", "Games"),
    ("Skittles", "Games"),
];
pub const COLOURS: [&str; 8] = ["Black", "Blue", "Cream", "Green", "Grey", "Red", "White", "Yellow"];

pub fn sku(number: usize) -> String {
    format!("BENCH-{number:05}")
}

/// Writes the file.
pub fn write(file: &Path) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record([
        "Handle",
        "Title",
        "Body (HTML)",
        "Vendor",
        "Type",
        "Tags",
        "Published",
        "Variant SKU",
        "Variant Grams",
        "Variant Inventory Qty",
        "Variant Price",
        "Rialto / Attributes",
    ])?;
    for number in 0..COUNT {
        let (noun, category) = NOUNS[number % NOUNS.len()];
        let adjective = ADJECTIVES[number / NOUNS.len() % ADJECTIVES.len()];
        let material = MATERIALS[number / (NOUNS.len() * ADJECTIVES.len()) % MATERIALS.len()];
        let title = format!("{adjective} {material} {noun} No. {number}");
        let colour = COLOURS[number * 7 % COLOURS.len()];
        writer.write_record([
            format!("bench-{number:05}"),
            title,
            format!(
                "<p>A {} {} made of {}, number {number}.</p>",
                colour.to_lowercase(),
                noun,
                material.to_lowercase()
            ),
            format!("{} & Daughters", ADJECTIVES[number * 3 % ADJECTIVES.len()]),
            category.to_owned(),
            format!("{material}, {noun}"),
            "true".to_owned(),
            sku(number),
            (100 + number % 900).to_string(),
            STOCK.to_string(),
            format!("{}.{:02}", 3 + number % 97, number % 100),
            json!({"colour": [colour], "material": [material]}).to_string(),
        ])?;
    }
    Ok(writer.flush()?)
}

/// Searches with a letter dropped and two facets chosen, as shoppers ask for them.
pub fn searches(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let (noun, category) = NOUNS[number % NOUNS.len()];
            let colour = COLOURS[number / NOUNS.len() % COLOURS.len()];
            let wrong = format!("{}{}", &noun[..3], &noun[4..]);
            let category = category.to_lowercase();
            format!("/products?q={}&category={category}&attr.colour={colour}&limit=20", wrong.to_lowercase())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_each_product_once() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        write(file.path()).expect("it is written");
        let mut reader = csv::Reader::from_path(file.path()).expect("it is read");
        let skus: std::collections::HashSet<String> =
            reader.records().map(|row| row.expect("a row")[7].to_owned()).collect();
        assert_eq!(skus.len(), COUNT);
    }

    #[test]
    fn searches_have_a_typing_error() {
        assert_eq!(searches(1), ["/products?q=ketle&category=kitchen&attr.colour=Black&limit=20"]);
    }
}
