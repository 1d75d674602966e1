// Words that sample books are made of.
#pragma once

#include <array>
#include <string_view>

namespace qbxml::simulator::words {

inline constexpr std::array<std::string_view, 48> first_names{
    "Ada",     "Bruno",  "Celia", "Dario",   "Edith",    "Felix",   "Greta",   "Hugo",
    "Ines",    "Jonas",  "Katya", "Liam",    "Mireille", "Nils",    "Olga",    "Pavel",
    "Quentin", "Renée",  "Søren", "Tilda",   "Ugo",      "Vera",    "Walter",  "Ximena",
    "Yusuf",   "Zoë",    "André", "Beatrix", "Casper",   "Désirée", "Emil",    "Françoise",
    "Gunnar",  "Helène", "Ivo",   "José",    "Kirsten",  "Léa",     "Marta",   "Noël",
    "Odette",  "Piet",   "Rosa",  "Stefan",  "Thaïs",    "Ulrike",  "Vincent", "Wanda"};

inline constexpr std::array<std::string_view, 56> last_names{
    "Abbott",   "Bergström", "Castellano", "Dubois",     "Eriksen",    "Fournier",   "Gallagher",
    "Hartmann", "Iverson",   "Jørgensen",  "Kowalska",   "Lindqvist",  "Moreau",     "Núñez",
    "O'Brien",  "Petersen",  "Quigley",    "Rousseau",   "Schäfer",    "Tremblay",   "Ueberroth",
    "Vasquez",  "Whitcomb",  "Xavier",     "Youngblood", "Zimmermann", "Ashdown",    "Beaulieu",
    "Crowther", "D'Angelo",  "Engström",   "Fairbanks",  "Grünwald",   "Holloway",   "Ibáñez",
    "Jameson",  "Kessler",   "Lefèvre",    "MacLeod",    "Norling",    "Ostrander",  "Pemberton",
    "Quimby",   "Rinaldi",   "Saint-Cyr",  "Thornton",   "Underhill",  "Villeneuve", "Wójcik",
    "Yates",    "Zahn",      "Böhm",       "Castle",     "Doyle",      "Muñoz",      "Peña"};

inline constexpr std::array<std::string_view, 16> firms{
    "Bakery",      "Orchards",  "Veterinary Clinic", "Garage",   "Print Shop", "Nursery",
    "Brewing Co.", "Dental",    "Maple Farm",        "Hardware", "Gallery",    "Inn & Tavern",
    "Law Offices", "Bookstore", "Outfitters",        "Café"};

inline constexpr std::array<std::string_view, 20> streets{
    "Maple Street", "Church Street",  "Lake View Drive",   "Old Mill Road",  "Orchard Lane",
    "Quarry Hill",  "Depot Street",   "Elm Court",         "Cobble Hill Rd", "River Road",
    "Pine Haven",   "South Prospect", "Battery Street",    "Ferry Road",     "Spear Street",
    "Shelburne Rd", "Willow Bend",    "Green Mountain Dr", "Ledge Road",     "College Street"};

struct Town {
    std::string_view name, state, code;
    bool in_state;
};
inline constexpr std::array<Town, 10> towns{{{"Burlington", "VT", "05401", true},
                                             {"Shelburne", "VT", "05482", true},
                                             {"Winooski", "VT", "05404", true},
                                             {"Montpelier", "VT", "05602", true},
                                             {"Stowe", "VT", "05672", true},
                                             {"Middlebury", "VT", "05753", true},
                                             {"St. Albans", "VT", "05478", true},
                                             {"Plattsburgh", "NY", "12901", false},
                                             {"Lebanon", "NH", "03766", false},
                                             {"Keene", "NH", "03431", false}}};

inline constexpr std::array<std::string_view, 14> jobs{
    "Kitchen", "Bathroom",     "Porch",    "Roof",    "Barn conversion", "Garage",    "Windows",
    "Attic",   "Second floor", "Basement", "Library", "Sun room",        "Staircase", "Deck"};

inline constexpr std::array<std::string_view, 8> notes{
    "Prefers to be called after four.",
    "Dog in the yard: ring first.",
    "Asked for an estimate of the porch.\nSent it on the following Monday.",
    "Pays by check, by hand.",
    "Key is with the neighbour at no. 12.",
    "Interested in solar panels <south roof> & storage.",
    "Second home; only here in summer.",
    "Wants the \"larch\" look, not the price of it."};

inline constexpr std::array<std::string_view, 8> memos{
    "As agreed on site",     "Second instalment",     "Change order 2 – extra outlets",
    "Includes delivery",     "Materials only",        "Emergency call, weekend",
    "Per e-mail of the 3rd", "Final bill; thank you!"};

}  // namespace qbxml::simulator::words
