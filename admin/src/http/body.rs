//! Bodies and parameters whose faults are told as every other problem.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{FieldError, Problem};
use crate::resource::Record;

/// A body of JSON, an object.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// Parameters of a query.
#[derive(Debug)]
pub struct Asked<T>(pub T);

fn unfit(text: String) -> Problem {
    Problem::invalid(vec![FieldError::new("", "kind", text, "内容不符合要求")])
}

/// Whether a NUL stands in a text anywhere in it: such a text cannot be kept.
pub(crate) fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(object) => object.iter().any(is_unkept),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_unkept((name, value): (&String, &Value)) -> bool {
    name.contains('\0') || has_nul(value)
}

fn unkept(object: &Record) -> Problem {
    Problem::invalid(object.iter().filter(|entry| is_unkept(*entry)).map(|(name, _)| FieldError::unkept(name.replace('\0', "\u{fffd}"))).collect())
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // An object: what is written for one would else also be read from a list of its values.
        match Json::<Record>::from_request(request, state).await {
            Ok(Json(object)) if object.iter().any(is_unkept) => Err(unkept(&object)),
            Ok(Json(object)) => serde_json::from_value(Value::Object(object)).map(Self).map_err(|error| unfit(error.to_string())),
            Err(JsonRejection::JsonDataError(error)) => Err(unfit(error.body_text())),
            Err(JsonRejection::BytesRejection(error)) => Err(unread(&error)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::unsupported("send application/json", "须为 application/json")),
            Err(error) => Err(Problem::bad_request(error.body_text(), "请求内容无法解析")),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(error) => Err(unfit(error.body_text())),
        }
    }
}

/// A body that could not be read: larger than is taken, or broken off.
pub(crate) fn unread(error: &BytesRejection) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::too_large("the body is larger than is taken here", "内容超过允许的大小")
    } else {
        Problem::bad_request(error.body_text(), "请求内容无法读取")
    }
}

/// A file as a body.
///
/// # Errors
/// Larger than is taken, or broken off.
pub fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, Problem> {
    body.map_err(|error| unread(&error))
}
