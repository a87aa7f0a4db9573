/** What is used of the world's numbers, so that nothing else of that library is loaded. */

export { AsYouType, parsePhoneNumberFromString } from "libphonenumber-js/min";
