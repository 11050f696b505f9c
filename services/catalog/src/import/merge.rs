//! A draft laid over the product the shop has, if it has it: what the file states is taken over, what it does not
//! mention stays. Variants, pictures and categories are added, never removed. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use contracts::ids::{CategoryId, ProductId};
use unicode_normalization::UnicodeNormalization;
use web::Problem;

use super::{
    draft::{Draft, VariantColumns, VariantDraft, made_sku, slug_of},
    report::Report,
};
use crate::model::{
    Document, ProductOption, Seo, Status,
    category::CategoryTree,
    check::{Checked, VARIANTS_MAX, check},
    input::{ImageInput, OneOrMany, ProductInput, VariantInput},
};

const IMAGES_MAX: usize = 50;
const TAGS_MAX: usize = 50;
const CATEGORIES_MAX: usize = 20;

/// What a draft is laid over.
pub struct Ground<'a> {
    pub old: Option<&'a Document>,
    pub tree: &'a CategoryTree,
    /// The draft's categories, as far as they exist.
    pub categories: Vec<CategoryId>,
    /// Whose each SKU is.
    pub owners: &'a HashMap<String, ProductId>,
    pub columns: VariantColumns,
}

/// A product ready to be written, with the line each stated variant comes from.
pub struct Merged {
    pub checked: Checked,
    pub lines: BTreeMap<String, u64>,
}

/// `None`: the product is refused, and the report says why.
pub fn merge(draft: &Draft, ground: &Ground<'_>, report: &mut Report) -> Option<Merged> {
    let Some(title) = restated(draft.title.as_ref(), ground.old.map(|old| &old.title)) else {
        draft.refuse(report, "Title", "title_required", "a new product must have a title");
        return None;
    };
    let options = options(draft, ground, report)?;
    let (variants, mut lines) = variants(draft, ground, &options, report)?;
    let mut input = ProductInput {
        slug: ground.old.map(|old| old.slug.clone()).or_else(|| draft.handle.clone()),
        description: restated(draft.description.as_ref(), ground.old.map(|old| &old.description)).unwrap_or_default(),
        status: draft.status.or(ground.old.map(|old| old.status)).unwrap_or(Status::Published),
        vendor: restated(draft.vendor.as_ref(), ground.old.and_then(|old| old.vendor.as_ref())),
        categories: categories(draft, ground, report),
        tags: tags(draft, ground, report),
        attributes: attributes(draft, ground),
        options: with_values(options, ground, &variants),
        variants,
        images: Vec::new(),
        seo: Seo {
            title: restated(draft.seo_title.as_ref(), ground.old.and_then(|old| old.seo.title.as_ref())),
            description: restated(
                draft.seo_description.as_ref(),
                ground.old.and_then(|old| old.seo.description.as_ref()),
            ),
        },
        metadata: ground.old.map(|old| old.metadata.clone()).unwrap_or_default(),
        title,
    };
    input.images = images(draft, ground, &mut input.variants, report);
    let checked = checked(draft, ground, input, &mut lines, report)?;
    Some(Merged { checked, lines })
}

/// The new text, unless it only differs from the old in blanks that a spreadsheet does not keep.
fn restated(new: Option<&String>, old: Option<&String>) -> Option<String> {
    let plain = |text: &str| -> String {
        text.nfc().filter(|c| !c.is_control()).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    match (new, old) {
        (Some(new), Some(old)) if plain(new) == plain(old) => Some(old.clone()),
        (Some(new), _) => Some(new.clone()),
        (None, old) => old.cloned(),
    }
}

fn neat(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The names of the options, in order.
fn options(draft: &Draft, ground: &Ground<'_>, report: &mut Report) -> Option<Vec<String>> {
    let old: Vec<String> =
        ground.old.map(|old| old.options.iter().map(|option| option.name.clone()).collect()).unwrap_or_default();
    let mut stated: Vec<String> = draft.options.iter().map(|name| neat(name)).collect();
    while stated.last().is_some_and(String::is_empty) {
        stated.pop();
    }
    let has_values = draft.variants.iter().flat_map(|variant| &variant.values).any(|value| !value.is_empty());
    if stated.is_empty() {
        if old.is_empty() && has_values {
            draft.refuse(
                report,
                "Option1 Name",
                "option_name_required",
                "the variants have option values, but the options have no names",
            );
            return None;
        }
        return Some(old);
    }
    if stated.iter().any(String::is_empty) || stated.iter().collect::<HashSet<_>>().len() < stated.len() {
        draft.refuse(report, "Option1 Name", "option_name_required", "options must have names, each once");
        return None;
    }
    let covered: HashSet<&str> = draft.variants.iter().filter_map(|variant| variant.sku.as_deref()).collect();
    let others_stay =
        ground.old.is_some_and(|old| old.variants.iter().any(|variant| !covered.contains(variant.sku.as_str())));
    if others_stay && stated != old {
        let message = format!(
            "the product has variants that the file does not mention, with the options ({}), not ({})",
            old.join(", "),
            stated.join(", ")
        );
        draft.refuse(report, "Option1 Name", "options_differ", message);
        return None;
    }
    Some(stated)
}

/// The options with the values they had, then the new ones in order of appearance.
fn with_values(names: Vec<String>, ground: &Ground<'_>, variants: &[VariantInput]) -> Vec<ProductOption> {
    let kept = |name: &str| ground.old.and_then(|old| old.options.iter().find(|option| option.name == name));
    let mut options: Vec<ProductOption> = Vec::new();
    for name in names {
        let mut values = kept(&name).map(|option| option.values.clone()).unwrap_or_default();
        for value in variants.iter().filter_map(|variant| variant.options.get(&name)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        options.push(ProductOption { name, values });
    }
    options
}

/// The variants there were, in their order, then the new ones; and the lines of those the file states.
fn variants(
    draft: &Draft,
    ground: &Ground<'_>,
    options: &[String],
    report: &mut Report,
) -> Option<(Vec<VariantInput>, BTreeMap<String, u64>)> {
    let mut variants: Vec<VariantInput> =
        ground.old.map(|old| old.variants.iter().map(as_stated).collect()).unwrap_or_default();
    let mut lines = BTreeMap::new();
    for stated in &draft.variants {
        // A file without option columns still says by the SKU which variant it means.
        let silent = stated.values.iter().all(String::is_empty);
        let meant =
            variants.iter().find(|variant| silent && stated.sku.as_deref().is_some_and(|sku| neat(sku) == variant.sku));
        let chosen = match meant {
            Some(meant) => Some(meant.options.clone()),
            None => chosen(stated, options, &draft.variants, report),
        };
        let Some(chosen) = chosen else { continue };
        let Some(sku) = sku(draft, stated, &chosen, &variants, ground, report) else { continue };
        let place = variants.iter().position(|variant| variant.sku == sku);
        if lines.contains_key(&sku) {
            report.refuse(
                stated.line,
                ground.columns.sku,
                "sku_repeated",
                format!("{sku} is another variant of this product"),
            );
            continue;
        }
        let twin =
            variants.iter().enumerate().find(|(index, variant)| Some(*index) != place && variant.options == chosen);
        if let Some((_, twin)) = twin {
            let message = match options {
                [] => format!("a product without options has one variant, here {}", twin.sku),
                _ => format!("{} has the same option values", twin.sku),
            };
            report.refuse(stated.line, "Option1 Value", "options_repeated", message);
            continue;
        }
        let old = place.map(|place| variants[place].clone());
        let Some(price) = stated.price.or(old.as_ref().map(|old| old.price)) else {
            report.refuse(stated.line, ground.columns.price, "price_required", "a variant must have a price");
            continue;
        };
        if price.is_zero() && stated.price.is_some() {
            report.notice(stated.line, ground.columns.price, "price_zero", "costs nothing");
        }
        let old_compare_at = old.as_ref().and_then(|old| old.compare_at_price);
        let variant = VariantInput {
            id: old.as_ref().and_then(|old| old.id),
            options: chosen,
            price,
            compare_at_price: if stated.price.is_some() { stated.compare_at } else { old_compare_at },
            stock: stated.stock,
            weight_g: stated.weight_g.or(old.as_ref().map(|old| old.weight_g)).unwrap_or(0),
            barcode: stated.barcode.clone().or(old.as_ref().and_then(|old| old.barcode.clone())),
            tax_class: stated
                .tax_class
                .clone()
                .or(old.as_ref().map(|old| old.tax_class.clone()))
                .unwrap_or_else(|| "standard".to_owned()),
            image: stated.image.clone().or(old.and_then(|old| old.image)),
            sku: sku.clone(),
        };
        match place {
            Some(place) => variants[place] = variant,
            None if variants.len() >= VARIANTS_MAX => {
                report.refuse(
                    stated.line,
                    ground.columns.sku,
                    "too_many_variants",
                    format!("a product has {VARIANTS_MAX} variants at most"),
                );
                continue;
            }
            None => variants.push(variant),
        }
        lines.insert(sku, stated.line);
    }
    if variants.is_empty() {
        draft.refuse(report, ground.columns.price, "no_variant", "none of its rows could be taken over as a variant");
        return None;
    }
    Some((variants, lines))
}

/// The option values of a row. `None`: the row is refused.
fn chosen(
    stated: &VariantDraft,
    options: &[String],
    all: &[VariantDraft],
    report: &mut Report,
) -> Option<BTreeMap<String, String>> {
    let mut chosen = BTreeMap::new();
    for (index, name) in options.iter().enumerate() {
        let value = stated.values.get(index).map(|value| neat(value)).unwrap_or_default();
        if value.is_empty() {
            let reason = if all.len() > 1 { "to be told from the others" } else { "as its options say" };
            report.refuse(
                stated.line,
                "Option1 Value",
                "option_value_required",
                format!("a variant must have a {name}, {reason}"),
            );
            return None;
        }
        chosen.insert(name.clone(), value);
    }
    Some(chosen)
}

/// The SKU of a row: its own, that of the variant with the same choice, or a made one. `None`: the row is refused.
fn sku(
    draft: &Draft,
    stated: &VariantDraft,
    chosen: &BTreeMap<String, String>,
    variants: &[VariantInput],
    ground: &Ground<'_>,
    report: &mut Report,
) -> Option<String> {
    let sku = match &stated.sku {
        Some(sku) => neat(sku),
        None => match variants.iter().find(|variant| variant.options == *chosen) {
            Some(same) => same.sku.clone(),
            None => made_for(draft, stated, report),
        },
    };
    let too_long = sku.chars().count() > 100;
    if too_long || sku.chars().any(char::is_control) {
        report.refuse(stated.line, ground.columns.sku, "sku_invalid", "a SKU is one line of 100 characters at most");
        return None;
    }
    let owner = ground.owners.get(&sku).copied();
    if owner.is_some() && owner != ground.old.map(|old| old.id) {
        report.refuse(
            stated.line,
            ground.columns.sku,
            "sku_taken",
            format!("{sku} is a variant of another product of the shop"),
        );
        return None;
    }
    Some(sku)
}

fn made_for(draft: &Draft, stated: &VariantDraft, report: &mut Report) -> String {
    let made = planned_sku(draft, stated);
    report.notice(stated.line, "SKU", "sku_made", format!("there is none; it is sold as {made}"));
    made
}

/// The SKU a variant gets if nothing else gives it one.
pub fn planned_sku(draft: &Draft, stated: &VariantDraft) -> String {
    let made = match (&draft.handle, &draft.title) {
        (Some(handle), _) => handle.clone(),
        (None, Some(title)) => slug_of(title),
        (None, None) => String::new(),
    };
    made_sku(&made, &stated.values)
}

fn as_stated(variant: &crate::model::Variant) -> VariantInput {
    VariantInput {
        id: Some(variant.id),
        sku: variant.sku.clone(),
        options: variant.options.clone(),
        price: variant.price,
        compare_at_price: variant.compare_at_price,
        stock: None,
        weight_g: variant.weight_g,
        barcode: variant.barcode.clone(),
        tax_class: variant.tax_class.clone(),
        image: variant.image.clone(),
    }
}

fn categories(draft: &Draft, ground: &Ground<'_>, report: &mut Report) -> Vec<String> {
    let mut ids: Vec<CategoryId> = ground.old.map(|old| old.categories.clone()).unwrap_or_default();
    // Deleted categories may still stand in a document.
    ids.retain(|id| ground.tree.get(*id).is_some());
    for id in &ground.categories {
        if ids.contains(id) {
            continue;
        }
        if ids.len() == CATEGORIES_MAX {
            report.notice(
                draft.line(),
                "Categories",
                "too_many_categories",
                format!("more than {CATEGORIES_MAX}; the rest was left out"),
            );
            break;
        }
        ids.push(*id);
    }
    ids.iter().map(ToString::to_string).collect()
}

fn tags(draft: &Draft, ground: &Ground<'_>, report: &mut Report) -> Vec<String> {
    if draft.tags.is_empty() {
        return ground.old.map(|old| old.tags.clone()).unwrap_or_default();
    }
    if draft.tags.len() > TAGS_MAX {
        report.notice(draft.line(), "Tags", "too_many_tags", format!("more than {TAGS_MAX}; the rest was left out"));
    }
    draft.tags.iter().take(TAGS_MAX).cloned().collect()
}

fn attributes(draft: &Draft, ground: &Ground<'_>) -> BTreeMap<String, OneOrMany> {
    let mut all = ground.old.map(|old| old.attributes.clone()).unwrap_or_default();
    all.extend(draft.attributes.clone());
    all.into_iter().map(|(name, values)| (name, OneOrMany::Many(values))).collect()
}

/// The pictures there were, in their order, then the new ones. Pictures of variants are pictures of the product too.
fn images(draft: &Draft, ground: &Ground<'_>, variants: &mut [VariantInput], report: &mut Report) -> Vec<ImageInput> {
    let old = ground.old.map(|old| old.images.as_slice()).unwrap_or_default();
    let mut images: Vec<ImageInput> = old
        .iter()
        .map(|image| ImageInput {
            url: image.url.clone(),
            alt: image.alt.clone(),
            width: image.width,
            height: image.height,
        })
        .collect();
    let of_variants = draft.variants.iter().filter_map(|variant| Some((variant.line, variant.image.as_ref()?, None)));
    let stated = draft.images.iter().map(|image| (image.line, &image.url, image.alt.as_ref()));
    for (line, url, alt) in stated.chain(of_variants) {
        if let Some(known) = images.iter_mut().find(|image| image.url == *url) {
            known.alt = restated(alt, Some(&known.alt)).unwrap_or_default();
        } else if images.len() < IMAGES_MAX {
            let alt = alt.cloned().unwrap_or_default();
            images.push(ImageInput { url: url.clone(), alt, width: None, height: None });
        } else {
            report.notice(
                line,
                "Image Src",
                "too_many_images",
                format!("a product has {IMAGES_MAX} pictures at most; left out"),
            );
        }
    }
    for variant in variants {
        variant.image = variant.image.take().filter(|url| images.iter().any(|image| image.url == *url));
    }
    images
}

/// Applies the rules of every product. A variant that breaks one is refused alone.
fn checked(
    draft: &Draft,
    ground: &Ground<'_>,
    mut input: ProductInput,
    lines: &mut BTreeMap<String, u64>,
    report: &mut Report,
) -> Option<Checked> {
    loop {
        let problem = match check(input.clone(), ground.tree) {
            Ok(checked) => return Some(checked),
            Err(problem) => problem,
        };
        let broken = broken_variants(&problem);
        let can_go_on = !broken.is_empty() && broken.len() < input.variants.len();
        if !can_go_on
            || broken
                .keys()
                .any(|index| !input.variants.get(*index).is_some_and(|variant| lines.contains_key(&variant.sku)))
        {
            let error = problem.errors().first();
            let (field, code) = error.map_or(("", "invalid"), |error| (error.field.as_str(), error.code.as_str()));
            let message =
                error.map_or_else(|| "is not a valid product".to_owned(), |error| format!("{field} {}", error.message));
            draft.refuse(report, column_of(field), code, message);
            return None;
        }
        for (index, (code, message)) in broken.iter().rev() {
            let sku = input.variants.remove(*index).sku;
            if let Some(line) = lines.remove(&sku) {
                report.refuse(line, ground.columns.sku, code, message.clone());
            }
        }
    }
}

/// The variants that break rules, with the first rule each breaks; none if the product itself breaks one.
fn broken_variants(problem: &Problem) -> BTreeMap<usize, (String, String)> {
    let mut broken = BTreeMap::new();
    for error in problem.errors() {
        let place = error.field.strip_prefix("variants[").and_then(|rest| rest.split_once(']'));
        let Some((index, field)) = place.and_then(|(index, field)| Some((index.parse().ok()?, field))) else {
            return BTreeMap::new();
        };
        let message = format!("{} {}", field.trim_start_matches('.'), error.message);
        broken.entry(index).or_insert((error.code.clone(), message));
    }
    broken
}

/// The column a field of the product comes from.
fn column_of(field: &str) -> &'static str {
    match field.split(['[', '.']).next().unwrap_or(field) {
        "title" => "Title",
        "slug" => "Handle",
        "description" => "Body (HTML)",
        "vendor" => "Vendor",
        "tags" => "Tags",
        "categories" => "Categories",
        "attributes" => "Attributes",
        "options" => "Option1 Name",
        "images" => "Image Src",
        "seo" => "SEO Title",
        _ => "",
    }
}
