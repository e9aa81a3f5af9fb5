"""Names of people of the United States and of other markets, and their titles."""

from __future__ import annotations

from .random_words import words

GIVEN = words(
    "Tom Rosa Marisol Daniel Elena Marcus Priya James Laura Victor Susan Carlos Mei Andrew Grace Miguel Hannah "
    "Luis Karen David Angela Brian Teresa Kevin Monica Robert Denise Oscar Julia Peter Amara Jorge Linda Samuel "
    "Olivia Raul Claire Anthony Noor Steven Gabriela Ethan Yolanda Patrick Irene Malik Diane Hector Joanna Philip "
    "Sonia Walter Nadia Gilbert Camila Owen Beatriz Dennis Fatima Roger Alicia Trevor Wendy Ramon Celia Derek "
    "Paula Isaac Vera Neil"
)
FAMILY = words(
    "Alvarez Okafor Delgado Vega Whitcombe Nguyen Ramirez Patel Brooks Hansen Castillo Mitchell Flores Kowalski "
    "Tran Bennett Morales Sandoval Fischer Reyes Coleman Ortega Lindgren Barrett Navarro Sullivan Park Herrera "
    "Dalton Singh Vargas Hoffman Price Medina Larsen Foster Rojas Chandler Avila Griffin Ibarra Mercer Salazar "
    "Quinn Dominguez Hale Padilla Novak Serrano Bishop Cardenas Tanaka Wheeler Montoya Ellis Rivas Keller Fuentes "
    "Harmon Soto Brandt Lozano Winters Acosta Drake Pacheco Sharma Valdez Monroe Escobar Hughes Trujillo Langley "
    "Bautista Steele Cisneros Webb"
)
TITLES = (
    "Owner",
    "President",
    "Chief Executive",
    "Export Manager",
    "Sales Manager",
    "Operations Manager",
    "Engineer",
    "Chief Technology Officer",
    "Office Manager",
    "Founder",
    "Director of Sales",
    "Plant Manager",
    "Controller",
)
ABROAD: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "KZ": (
        words("Nurlan Aigerim Daniyar Saule Yerlan Dinara Askar Zhanna"),
        words("Abenov Sarsenova Omarov Bekova Tulegenov Akhmetova Serikov Kassymova"),
    ),
    "ID": (
        words("Dewi Budi Siti Agus Ratna Hendra Putri Wahyu"),
        words("Hartono Santoso Wijaya Kusuma Pratama Lestari Nugroho Siregar"),
    ),
    "MY": (words("Aminah Farid Hafiz Nurul Kumar Lakshmi"), words("Rahman Ismail Yusof Nair Aziz Menon")),
    "SG": (words("Wei-Ling Jun-Hao Hui-Min Kok-Leong Siew-Mei"), words("Tan Lim Ng Koh Goh Ong")),
    "VN": (words("Minh Lan Huong Tuan Thao Dung"), words("Nguyen Tran Le Pham Hoang Vu")),
    "TH": (words("Somchai Malee Niran Kanya Arun"), words("Srisai Wongsa Chaiyo Suwan Rattana")),
    "LA": (words("Bounmy Khamla Souk Vanna"), words("Phommachanh Sisavath Inthavong Keo")),
    "PK": (words("Ahmed Sana Bilal Ayesha"), words("Qureshi Malik Siddiqui Baig")),
    "AE": (words("Khalid Mariam Omar Layla"), words("Al Harthy Haddad Nasser Saleh")),
    "KE": (words("Wanjiru Otieno Achieng Kamau"), words("Mwangi Odhiambo Njoroge Kiptoo")),
}
ABROAD_TITLES = ("Director", "Procurement Manager", "Project Manager", "Managing Director", "Chief Engineer", "Adviser")
