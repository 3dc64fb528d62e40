//! Tests names row by row. The kind: full names, given and family names under headings in many
//! languages, rows with one or the other, and the values that databases write for a missing name.

use super::read;

/// Returns whether the only person on a list is called Ada Lovelace.
fn is_ada(heading: &str, cells: &str) -> bool {
    let told = read(format!("email,{heading}\nada@example.org,{cells}\n"));
    assert!(told.starts_with("ada@example.org"), "{heading}: {told}");
    told.replace('\n', " ").contains(" name=Ada Lovelace ")
}

#[test]
fn given_and_family_names_are_known_in_many_languages() {
    let headings = [
        "First Name,Last Name",
        "first_name,last_name",
        "firstName,lastName",
        "FNAME,LNAME",
        "Given name,Family name",
        "forename,surname",
        "Vorname,Nachname",
        "Vorname,Familienname",
        "Prénom,Nom",
        "prenom,nom de famille",
        "Nombre,Apellidos",
        "Nome,Sobrenome",
        "Nome,Cognome",
        "Voornaam,Achternaam",
        "Förnamn,Efternamn",
        "Fornavn,Etternavn",
        "Etunimi,Sukunimi",
        "Imię,Nazwisko",
        "Jméno,Příjmení",
        "Keresztnév,Vezetéknév",
        "Prenume,Nume",
        "Имя,Фамилия",
        "Ім'я,Прізвище",
        "Όνομα,Επώνυμο",
        "Ad,Soyad",
    ];
    for heading in headings {
        assert!(is_ada(heading, "Ada,Lovelace"), "{heading}");
    }
    for heading in ["姓,名", "성,이름"] {
        let told = read(format!("email,{heading}\nada@example.org,山田,花子\n"));
        assert!(told.contains(" name=山田花子 "), "{told}");
    }
}

#[test]
fn a_whole_name_is_known_in_many_languages() {
    let headings = [
        "Name",
        "Full Name",
        "fullName",
        "Vollständiger Name",
        "Nom complet",
        "Nombre completo",
        "Nome completo",
        "Naam",
        "Namn",
        "Navn",
        "Nimi",
        "Imię i nazwisko",
        "ФИО",
        "Ad Soyad",
        "氏名",
        "姓名",
        "성명",
        "Họ và tên",
    ];
    for heading in headings {
        assert!(is_ada(heading, "Ada Lovelace"), "{heading}");
    }
}

#[test]
fn each_row_has_the_name_it_has() {
    let told = read(
        "email,name,first_name,last_name\n\
         a@example.org,Ada King,Ada,Lovelace\n\
         b@example.org,,Bo,Berg\n\
         c@example.org,NULL,Cy,\n\
         d@example.org,N/A,,Dahl\n\
         e@example.org,e@example.org,null,-\n\
         f@example.org,,,\n\
         g@example.org,None,n/a,None\n\
         h@example.org,H\u{200b}al,,\n\
         i@example.org,\u{200b},\u{feff}Ida\u{a0},\n",
    );
    assert_eq!(
        told,
        "a@example.org first_name=Ada last_name=Lovelace name=Ada King\n\
         b@example.org first_name=Bo last_name=Berg name=Bo Berg\n\
         c@example.org first_name=Cy name=Cy\n\
         d@example.org last_name=Dahl name=Dahl\n\
         e@example.org\n\
         f@example.org\n\
         g@example.org\n\
         h@example.org name=Hal\n\
         i@example.org first_name=Ida name=Ida\n"
    );
}
