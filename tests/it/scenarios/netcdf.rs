//! Classic `NetCDF` files for tests, by the format description of Unidata: all numbers as doubles, no record dimension.

/// A file to be: dimensions and variables in their order.
#[derive(Clone, Default)]
pub(super) struct NetCdf {
    dimensions: Vec<(String, usize)>,
    variables: Vec<Variable>,
}

#[derive(Clone)]
struct Variable {
    name: String,
    dimensions: Vec<usize>,
    attributes: Vec<(String, Attribute)>,
    values: Vec<f64>,
}

#[derive(Clone)]
enum Attribute {
    Text(String),
    Number(f64),
}

const DIMENSIONS: u32 = 10;
const VARIABLES: u32 = 11;
const ATTRIBUTES: u32 = 12;
const CHAR: u32 = 2;
const DOUBLE: u32 = 6;

impl NetCdf {
    /// Adds a dimension with its coordinate variable.
    pub(super) fn axis(mut self, name: &str, unit: &str, values: &[f64]) -> Self {
        self.dimensions.push((name.into(), values.len()));
        self.variable(name, &[name], values).with(name, "units", unit)
    }

    /// Adds a dimension without a variable.
    pub(super) fn dimension(mut self, name: &str, len: usize) -> Self {
        self.dimensions.push((name.into(), len));
        self
    }

    /// Adds a variable on dimensions that are there.
    pub(super) fn variable(mut self, name: &str, dimensions: &[&str], values: &[f64]) -> Self {
        let place = |d: &&str| self.dimensions.iter().position(|(name, _)| name == d).expect("the dimension is there");
        let dimensions: Vec<usize> = dimensions.iter().map(place).collect();
        assert_eq!(values.len(), dimensions.iter().map(|d| self.dimensions[*d].1).product::<usize>(), "{name}");
        self.variables.push(Variable { name: name.into(), dimensions, attributes: Vec::new(), values: values.into() });
        self
    }

    /// Sets a text attribute.
    pub(super) fn with(self, variable: &str, key: &str, text: &str) -> Self {
        self.attribute(variable, key, Attribute::Text(text.into()))
    }

    /// Sets a number as an attribute.
    pub(super) fn with_number(self, variable: &str, key: &str, number: f64) -> Self {
        self.attribute(variable, key, Attribute::Number(number))
    }

    fn attribute(mut self, variable: &str, key: &str, value: Attribute) -> Self {
        let variable = self.variables.iter_mut().find(|v| v.name == variable).expect("the variable is there");
        variable.attributes.retain(|(known, _)| known != key);
        variable.attributes.push((key.into(), value));
        self
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        // Offsets do not change the length of the header: it is written once to be measured.
        let begin = self.header(0).len();
        let mut bytes = self.header(begin);
        for value in self.variables.iter().flat_map(|v| &v.values) {
            bytes.extend(value.to_be_bytes());
        }
        bytes
    }

    fn header(&self, begin: usize) -> Vec<u8> {
        let mut out = b"CDF\x01".to_vec();
        word(&mut out, 0);
        list(&mut out, DIMENSIONS, self.dimensions.len());
        for (name, len) in &self.dimensions {
            text(&mut out, name);
            word(&mut out, u32::try_from(*len).unwrap());
        }
        list(&mut out, ATTRIBUTES, 0);
        list(&mut out, VARIABLES, self.variables.len());
        let mut offset = begin;
        for variable in &self.variables {
            text(&mut out, &variable.name);
            word(&mut out, u32::try_from(variable.dimensions.len()).unwrap());
            variable.dimensions.iter().for_each(|d| word(&mut out, u32::try_from(*d).unwrap()));
            list(&mut out, ATTRIBUTES, variable.attributes.len());
            for (key, value) in &variable.attributes {
                text(&mut out, key);
                match value {
                    Attribute::Text(value) => {
                        word(&mut out, CHAR);
                        text(&mut out, value);
                    }
                    Attribute::Number(value) => {
                        word(&mut out, DOUBLE);
                        word(&mut out, 1);
                        out.extend(value.to_be_bytes());
                    }
                }
            }
            let len = 8 * variable.values.len();
            word(&mut out, DOUBLE);
            word(&mut out, u32::try_from(len).unwrap());
            word(&mut out, u32::try_from(offset).unwrap());
            offset += len;
        }
        out
    }
}

fn word(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_be_bytes());
}

/// The head of a list, which is all zero when the list is empty.
fn list(out: &mut Vec<u8>, tag: u32, len: usize) {
    word(out, if len > 0 { tag } else { 0 });
    word(out, u32::try_from(len).unwrap());
}

/// A length and as many bytes, filled up to a multiple of four.
fn text(out: &mut Vec<u8>, text: &str) {
    word(out, u32::try_from(text.len()).unwrap());
    out.extend(text.as_bytes());
    out.resize(out.len().next_multiple_of(4), 0);
}
