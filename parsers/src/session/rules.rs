//! What specifications say of which reply belongs to which request.

use crate::core::rule::table::rules;

rules! {
    "session" binds Client:
    ASSOCIATION: Must "association" "RFC 9112 §9.2" "A response belongs to the request in whose turn it arrives: nothing but the order on the connection tells them apart.";
    SURPLUS: Must "surplus" "RFC 9112 §9.2" "Data received on a connection without an outstanding request is not a valid response.";
    CLOSE: Should "close" "RFC 9112 §9.2" "A client that receives data without an outstanding request closes the connection: where messages end is ambiguous from then on.";
    ORDER: Must "order" "RFC 9112 §9.3.2" "A server sends its responses in the order in which it received the requests.";
    ABANDON: Should "abandon" "RFC 9112 §9.5" "A client that wishes to time out closes the connection.";
    INCOMPLETE: Must "incomplete" "RFC 9112 §8" "A response that was cut short is recorded as incomplete.";
    RETRY: Should "retry" "RFC 9110 §9.2.2, RFC 9112 §9.3.1" "A request with a method that is not idempotent is not sent again by itself, unless the client knows that it was not carried out.";
    RETRY_OF_RETRY: Should "retry-of-retry" "RFC 9110 §9.2.2" "A request that was sent again by itself, and failed, is not sent once more.";
}
