#include "qbxml/canonical/schema.h"

#include "qbxml/canonical/types.h"
#include "records.h"
#include "schema_check.h"

using namespace qbxml;
using namespace qbxml::canonical;

namespace {

Value schema(std::string_view type, SchemaForm form)
{
    auto made = schema_of(type, form);
    REQUIRE(made);
    return json(to_json(*made));  // what is printed can be read again
}

std::string fault_of(std::string_view type, SchemaForm form, std::string_view text)
{
    const Value made = schema(type, form);
    return SchemaCheck(made).fault(json(text));
}

}  // namespace

TEST_CASE("every record type has a schema that is whole in itself")
{
    for (const auto type : record_types()) {
        for (const auto form : {SchemaForm::read, SchemaForm::create, SchemaForm::update}) {
            CAPTURE(type, to_text(form));
            if (form != SchemaForm::read && !schema_of(type, form)) continue;
            const Value made = schema(type, form);
            CHECK(made.string_at("$schema") == "https://json-schema.org/draft/2020-12/schema");
            CHECK(made.string_at("$id") ==
                  "urn:qbwcd:schema:" + std::string(type) + ":" + std::string(to_text(form)));
            CHECK(made.find("$defs"));
            CHECK(loose_ends(made, made) == "");
        }
    }
    CHECK_FALSE(schema_of("balanceSheet", SchemaForm::create));
    CHECK_FALSE(schema_of("refunds", SchemaForm::update));
    CHECK_FALSE(schema_of("leads", SchemaForm::read));
}

TEST_CASE("a record that is read has every member and no other")
{
    const Value found = record(
        "<TransferRet><TxnID>T-1</TxnID><TxnDate>2026-03-04</TxnDate>"
        "<Amount>1234567890123.45</Amount></TransferRet>",
        shop());
    const Value made = schema("transfers", SchemaForm::read);
    CHECK(SchemaCheck(made).fault(found) == "");
    Value more = found;
    more.set("colour", "red");
    CHECK(SchemaCheck(made).fault(more) == "/colour: nothing may stand here");
    Value less = found;
    std::erase_if(less.as_object(), [](const auto& member) { return member.first == "date"; });
    CHECK(SchemaCheck(made).fault(less) == "/date is missing");
    Value wrong = found;
    wrong.set("amount", "12.5");
    CHECK(SchemaCheck(made).fault(wrong).starts_with("/amount: \"12.5\" does not match"));
    wrong.set("amount", Value::Number{"12.50"});
    CHECK(SchemaCheck(made).fault(wrong) == "/amount: 12.50 is no \"string\"");
}

TEST_CASE("the body of a create needs what QuickBooks needs, the patch of an update nothing")
{
    const auto create = SchemaForm::create, update = SchemaForm::update;
    CHECK(fault_of("customers", create, R"({"name":"Ann"})") == "");
    CHECK(fault_of("customers", create, R"({"companyName":"Ann"})") == "/name is missing");
    CHECK(fault_of("customers", update, R"({"companyName":null})") == "");
    CHECK(fault_of("customers", create, R"({"name":"Ann","balance":"1.00"})") == "");
    CHECK(fault_of("customers", create, R"({"name":"Ann","nick":"A"})") ==
          "/nick: nothing may stand here");
    CHECK(fault_of("invoices", create,
                   R"({"customerRef":{"name":"Ann"},"lineItems":[{"subTotal":12.5}]})") == "");
    CHECK(fault_of("invoices", create,
                   R"({"customerRef":{"name":"Ann"},"lineItems":[{"subTotal":"12.505"}]})")
              .starts_with("/lineItems/0/subTotal: \"12.505\" does not match"));
    CHECK(fault_of("bills", create, R"({"supplierRef":{"id":"1-1"},"dueDate":"1.2.2026"})")
              .starts_with("/dueDate: "));
}

TEST_CASE("what a schema says of a length is what is refused")
{
    const Value made = schema("customers", SchemaForm::create);
    const Value* name = made.find("properties")->find("name");
    REQUIRE(name);
    const auto most = name->integer_at("maxLength");
    REQUIRE(most == 41);
    const auto write = [](std::size_t length) {
        return R"({"operation":"create","dataType":"customers","record":{"name":")" +
               std::string(length, 'x') + "\"}}";
    };
    CHECK(refusals(write(41)) == "");
    CHECK(refusals(write(42)) == "/name tooLong");
}
